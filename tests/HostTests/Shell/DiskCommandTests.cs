using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Shell;

public sealed class DiskCommandTests : ShellFixture
{
    private readonly FakeDisks _disks = new();

    public DiskCommandTests() => Shell.Services.Add<IDisks>(_disks);

    [Fact]
    public void Disks_are_listed_formatted_and_made_durable()
    {
        Assert.Equal((0, "name      size      free  state\nblk0  64.0 MiB  60.0 MiB  /data\nblk1  1.00 MiB         -  not formatted\n"), Run("disk"));
        Assert.Equal(Run("disk"), Run("disk list"));
        Assert.Contains("\"free\":null", Run("disk list --json").Output);
        Assert.Equal((0, "counter  value\nhits         7\n"), Run("disk cache"));
        Assert.Equal((0, ""), Run("disk format blk1; disk format --force blk1; sync"));
        Assert.Equal(["format blk1", "format blk1 --force", "sync"], _disks.Calls);
    }

    [Theory]
    [InlineData("disk erase")]
    [InlineData("disk format")]
    [InlineData("disk format a b")]
    [InlineData("sync all")]
    public void Mistakes_are_usage_errors(string line)
    {
        Assert.Equal(2, Run(line).Status);
        Assert.Empty(_disks.Calls);
    }

    private sealed class FakeDisks : IDisks
    {
        public List<string> Calls { get; } = [];

        public IReadOnlyList<DiskInformation> List() =>
        [
            new DiskInformation { Name = "blk0", Size = 64 << 20, Free = 60 << 20, State = "/data" },
            new DiskInformation { Name = "blk1", Size = 1 << 20, State = "not formatted" },
        ];

        public void Format(string name, bool force) => Calls.Add($"format {name}{(force ? " --force" : "")}");

        public void Synchronize() => Calls.Add("sync");

        public IReadOnlyList<(string Name, long Value)> CacheCounters() => [("hits", 7)];
    }
}
