using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell;

public sealed class SwapCommandTests : ShellFixture
{
    private readonly FakeSwap _swap = new();

    public SwapCommandTests() => Shell.Services.Add<ISwap>(_swap);

    [Fact]
    public void The_swap_disk_is_made_shown_and_given_up()
    {
        Assert.Equal((0, "There is no swap disk; make one with: swap on DISK\n"), Run("swap"));
        Assert.Equal((0, ""), Run("swap format blk1; swap format --force blk1; swap on blk1"));
        Assert.Equal(
            (0, "swap                value\ndisk                 blk1\nsize             64.0 MiB\nused             1.00 MiB\npages out             500\npages in              300\n"
                + "memory promised  90.0 MiB\nmost promised     170 MiB\n"),
            Run("swap"));
        Assert.Contains("{\"name\":\"pages in\",\"value\":300}", Run("swap --json").Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), Run("swap off"));
        Assert.Equal(["format blk1", "format blk1 --force", "on blk1", "off"], _swap.Calls);
    }

    [Theory]
    [InlineData("swap maybe")]
    [InlineData("swap on")]
    [InlineData("swap on a b")]
    [InlineData("swap off a")]
    [InlineData("swap format")]
    public void Mistakes_are_usage_errors(string line)
    {
        Assert.Equal(2, Run(line).Status);
        Assert.Empty(_swap.Calls);
    }

    private sealed class FakeSwap : ISwap
    {
        private string? _disk;

        public List<string> Calls { get; } = [];

        public SwapState State => new()
        {
            Disk = _disk,
            Size = 64 << 20,
            Used = 1 << 20,
            PagesOut = 500,
            PagesIn = 300,
            Promised = 90 << 20,
            PromiseLimit = 170 << 20,
        };

        public void Format(string disk, bool force) => Calls.Add($"format {disk}{(force ? " --force" : "")}");

        public void Begin(string disk)
        {
            Calls.Add($"on {disk}");
            _disk = disk;
        }

        public void End() => Calls.Add("off");
    }
}
