using System.Text.Json;
using MicroLake.ConsoleTests.Devices;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Disks;

/// <summary>Programs with more memory than the machine has, on a swap disk.</summary>
public sealed class SwapTests : IDisposable
{
    private const int MemoryMiB = 96;

    private readonly TemporaryDisk _disk = new(1 << 20);
    private readonly string _swap;
    private readonly string _share;

    public SwapTests()
    {
        _swap = Path.Combine(_disk.Folder, "my.swap");
        _share = Directory.CreateDirectory(Path.Combine(_disk.Folder, "share")).FullName;
        File.Copy(ImageProject.At("tests/Programs/Probe").Build(), Path.Combine(_share, "probe.elf"));
        Assert.Equal(0, ToolRun.Of("disk", "create", _swap, "--swap", "--size", "512M").Status);
    }

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void A_program_has_more_memory_than_the_machine_and_finds_what_it_wrote()
    {
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { MemoryMiB = MemoryMiB, Disks = [_swap] }, _share);
        Assert.Contains("for swap; use: swap on blk0", console.Run("disk"), StringComparison.Ordinal);
        Assert.Contains("There is no swap disk", console.Run("swap"), StringComparison.Ordinal);
        Assert.Contains("refused", console.Run("run --memory 600 /host/probe.elf pressure 150 0 1"), StringComparison.Ordinal);

        Assert.Equal("", console.Run("swap on blk0"));
        Assert.Contains("blk0 is the swap disk already", console.Run("swap on blk0"), StringComparison.Ordinal);
        Assert.Contains("blk0 is in use", console.Run("swap format blk0 --force"), StringComparison.Ordinal);
        Assert.Contains("blk0 is the swap disk", console.Run("disk format blk0 --force"), StringComparison.Ordinal);
        Assert.Equal("150 MiB whole\n", console.Run("run --memory 600 /host/probe.elf pressure 150 1 2"));
        Dictionary<string, long> counters = Counters(console);
        Assert.Equal(0, counters["used"]);
        // What is beyond the machine's memory has gone to the disk and come back.
        Assert.InRange(counters["pages out"], (150 - MemoryMiB) * 256, long.MaxValue);
        Assert.InRange(counters["pages in"], (150 - MemoryMiB) * 256, long.MaxValue);
        Assert.Contains("refused", console.Run("run --memory 2000 /host/probe.elf pressure 1200 0 1"), StringComparison.Ordinal);
        Assert.Equal(0, Counters(console)["used"]);
        Assert.Equal("", console.Run("swap off"));
        Assert.Contains("There is no swap disk", console.Run("swap"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("swap on blk0"));
    }

    [Fact]
    public void Several_programs_share_what_there_is_and_one_that_is_killed_gives_it_back()
    {
        for (int i = 1; i <= 3; i++)
            File.WriteAllText(
                Path.Combine(_share, $"p{i}.json"),
                $$"""{ "name": "p{{i}}", "program": "/host/probe.elf", "arguments": ["pressure", "40", "{{(i == 3 ? 1000 : 1)}}", "{{i}}"], "memory_mib": 200, "restart": "never" }""");
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { MemoryMiB = MemoryMiB, Processors = 4, Disks = [_disk.Path, _swap] }, _share);
        Assert.Equal("", console.Run("disk format blk0"));
        Assert.Equal("", console.Run("ls /data"));
        Assert.Equal("", console.Run("swap on blk1"));
        for (int i = 1; i <= 3; i++)
            Assert.StartsWith($"p{i}: generation 1", console.Run($"service load /host/p{i}.json"), StringComparison.Ordinal);
        Assert.Equal("40 MiB whole\n", console.Run("run --memory 200 /host/probe.elf pressure 40 1 9"));
        string log;
        const int mostLooks = 500;
        int looks = 0;
        while ((log = console.Run("dmesg")).Split("40 MiB whole").Length < 3)
            Assert.True(++looks < mostLooks, log);
        Assert.DoesNotContain("is not what was written", log, StringComparison.Ordinal);
        // The third goes on for ever, with memory in use.
        Assert.Contains("p3", console.Run("ps"), StringComparison.Ordinal);
        Dictionary<string, long> memory = Numbers(console, "mem", "bytes");
        Assert.InRange(memory["programs"] + memory["swapped"], 40 << 20, MemoryMiB << 20);
        Assert.InRange(memory["heap"], 1, 20 << 20);
        _ = console.Run("service stop p3");
        Assert.DoesNotContain("p3", console.Run("ps"), StringComparison.Ordinal);
        Assert.Equal(0, Counters(console)["used"]);
        Assert.Equal("", console.Run("swap off"));
    }

    private static Dictionary<string, long> Counters(GuestConsole console) => Numbers(console, "swap", "value");

    private static Dictionary<string, long> Numbers(GuestConsole console, string command, string column)
    {
        using JsonDocument document = JsonDocument.Parse(console.Run($"{command} --json"));
        return document.RootElement.EnumerateArray().Where(row => row.GetProperty(column).ValueKind == JsonValueKind.Number)
            .ToDictionary(row => row.GetProperty("name").GetString()!, row => row.GetProperty(column).GetInt64());
    }
}
