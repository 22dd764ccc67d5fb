using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MicroLake.ConsoleTests.Devices;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Models;

/// <summary>Modules that ship, and one that means harm, at the page cache of a disk: as a user would try them.</summary>
public sealed partial class PageModuleTests : IDisposable
{
    private const int Parts = 5;
    private const int PartPages = 400;

    /// <summary>Evicts what is used most, and was used last.</summary>
    private const string Adversary = """
        #include <microlake.h>
        ML_POLICY("mm.reclaim") s64 adversary(struct ml_mm_reclaim *c) { return c->uses - c->age; }
        """;

    private const string AdversaryManifest = """
        {
          "name": "adversary", "version": "1.0.0", "hook": "mm.reclaim", "output": { "unit": "rank", "least": -100000, "most": 100000 },
          "budget_ns": 100000000, "guardrails": [ { "property": "worse_than_heuristic", "most": 5, "window": 500 } ]
        }
        """;

    private readonly TemporaryDisk _disk = new(24 << 20);

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void A_model_reads_less_from_the_disk_than_the_heuristic_and_an_adversary_is_thrown_out()
    {
        string share = MakeFiles();
        // A cache of some 2000 pages, and 2400 that are used in turns.
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Disks = [_disk.Path], MemoryMiB = 64 }, share);
        Assert.Equal("", console.Run("disk format blk0"));
        for (int i = 0; i <= Parts; i++)
            Assert.Equal("", console.Run($"cp /host/part{i} /data/part{i}"));
        Assert.Equal("", console.Run("sync"));

        Assert.Contains("mm-reuse 1.0.0 for mm.reclaim: 16 golden vectors match, signed by boot", console.Run("mlaas load /boot/modules/mm-reuse.mlm"), StringComparison.Ordinal);
        Assert.Contains("is loaded already", console.Run("mlaas load /boot/modules/mm-reuse.mlm"), StringComparison.Ordinal);
        // The host knows the key of the modules that ship, as the kernel does.
        ToolRun check = ToolRun.Of("module", "check", Repository.PathOf("artifacts/modules/mm-reuse.mlm"));
        Assert.StartsWith("mm-reuse 1.0.0 for mm.reclaim: signed by boot", check.Output, StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas shadow mm-reuse"));
        (int uses, int read) = Cache(console);
        Work(console);
        // Beside the heuristic: what is read is what the heuristic reads, and what the module would read is known.
        (string mode, double own, double heuristic) = Hook(console);
        Assert.Equal("shadow", mode);
        (uses, read) = (Cache(console).Uses - uses, Cache(console).Read - read);
        Assert.InRange(1000.0 * read / uses, heuristic * 0.9, heuristic * 1.1);
        Assert.True(own < heuristic, $"{own} of 1000 uses would be read from the disk, {heuristic} under the heuristic");

        Assert.Equal("", console.Run("mlaas activate mm-reuse"));
        (uses, read) = Cache(console);
        Work(console);
        Work(console);
        (mode, own, heuristic) = Hook(console);
        Assert.True(mode == "active", console.Run("mlaas list"));
        Assert.True(own < heuristic, $"{own} of 1000 uses would be read from the disk, {heuristic} under the heuristic");
        (uses, read) = (Cache(console).Uses - uses, Cache(console).Read - read);
        Assert.True(1000.0 * read / uses < heuristic, $"{read} of {uses} uses read from the disk, {heuristic} of 1000 would have been under the heuristic");
        string why = console.Run("mlaas why mm.reclaim");
        Assert.Contains("weighed most", why, StringComparison.Ordinal);
        Assert.Matches(@"1\.0\.0.* [a-z_0-9]+ [+-]\d+, [a-z_0-9]+ [+-]\d+, ", why);

        Assert.DoesNotContain("error:", console.Run("mlaas load /host/adversary.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Contains("mm.reclaim has the module mm-reuse", console.Run("mlaas shadow adversary"), StringComparison.Ordinal);
        Assert.Contains("mm.reclaim decides for no process", console.Run("mlaas shadow adversary --tenant acme"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas fallback mm.reclaim"));
        Assert.Equal("", console.Run("mlaas shadow adversary"));
        Work(console);
        (uses, read) = Cache(console);
        Assert.Equal("", console.Run("mlaas activate adversary"));
        Work(console);
        Assert.Equal("heuristic", Hook(console).Mode);
        // It cost nothing that could be seen: its cache without data was the worst.
        (uses, read) = (Cache(console).Uses - uses, Cache(console).Read - read);
        Assert.InRange(1000.0 * read / uses, 0, heuristic * 1.05);
        Assert.Matches(@"adversary\s+1\.0\.0\s+mm\.reclaim\s+tripped\s+-\s+-\s+guardrail worse_than_heuristic: ", console.Run("mlaas list"));

        Assert.Equal("", console.Run("mlaas unload adversary"));
        Assert.Equal("", console.Run("mlaas unload mm-reuse"));
        Assert.Contains("No module is loaded", console.Run("mlaas list"), StringComparison.Ordinal);
        Keep(console);
        console.Send("poweroff" + Keys.Enter);
        Assert.Equal(0, console.WaitForExit());
    }

    /// <summary>Saved modules are there after unloading, and a disk that is full leaves the old one.</summary>
    private static void Keep(GuestConsole console)
    {
        Assert.Equal("/data/models/pick-burst-1.0.0.mlm\n", console.Run("mlaas save /boot/modules/pick-burst.mlm"));
        string size = console.Run("ls -l /data/models");
        foreach (string filler in (string[])["part0", "middle", "small"])
            for (int i = 0; !console.Run($"cp /host/{filler} /data/{filler}-{i}").Contains("error: ", StringComparison.Ordinal); i++)
                Assert.InRange(i, 0, 20);
        Assert.Contains("error: mlaas: /data/models/pick-burst-1.0.0.mlm could not be written: ", console.Run("mlaas save /boot/modules/pick-burst.mlm"), StringComparison.Ordinal);
        Assert.Equal(size, console.Run("ls -l /data/models"));

        Assert.Contains("policy verified, ", console.Run("mlaas load pick-burst"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas shadow pick-burst"));
        Assert.Equal("", console.Run("mlaas activate pick-burst"));
        for (int i = 0; i < 10; i++)
            _ = console.Run("ls /tmp");
        Assert.Matches(@"sched\.pick\s+pick-burst\s+active\s+\d+\s+[1-9]", console.Run("mlaas hooks"));
        Assert.Contains("burst_ns", console.Run("mlaas why sched.pick"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas unload pick-burst"));
        Assert.Equal("1 version deleted\n", console.Run("mlaas delete pick-burst"));
        Assert.Contains("No module is saved", console.Run("mlaas saved"), StringComparison.Ordinal);
    }

    /// <summary>One part is used all the time, the others in turns.</summary>
    private static void Work(GuestConsole console)
    {
        for (int i = 1; i <= Parts; i++)
        {
            Assert.Equal("", console.Run("cat /data/part0 > /dev/null"));
            Assert.Equal("", console.Run($"cat /data/part{i} > /dev/null"));
        }
    }

    /// <summary>Uses of pages, and pages that were read from the disk for them: for each of these the page with its pointer is used, too.</summary>
    private static (int Uses, int Read) Cache(GuestConsole console)
    {
        using var table = JsonDocument.Parse(console.Run("disk cache --json"));
        int Counted(string counter) => table.RootElement.EnumerateArray().First(c => c.GetProperty("counter").GetString() == counter).GetProperty("value").GetInt32();
        int read = Counted("misses") + Counted("of them used");
        return (Counted("hits") + Counted("misses") + read, read);
    }

    /// <summary>Mode of mm.reclaim, pages in 1000 uses that the module would have read, and the heuristic.</summary>
    private static (string Mode, double Read, double Heuristic) Hook(GuestConsole console)
    {
        Match match = HookRow().Match(console.Run("mlaas hooks"));
        Assert.True(match.Success);
        return (match.Groups["mode"].Value, Number("read"), Number("heuristic"));

        double Number(string group) => double.TryParse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture, out double value) ? value : 0;
    }

    [GeneratedRegex(@"mm\.reclaim\s+\S+\s+(?<mode>[a-z]+)(\s+\d+){7}\s+(?<read>\d+)\s+(?<heuristic>[-\d]+)")]
    private static partial Regex HookRow();

    private string MakeFiles()
    {
        string share = Directory.CreateDirectory(Path.Combine(_disk.Folder, "share")).FullName;
        var random = new Random(1);
        byte[] part = new byte[PartPages << 12];
        for (int i = 0; i <= Parts; i++)
        {
            random.NextBytes(part);
            File.WriteAllBytes(Path.Combine(share, $"part{i}"), part);
        }

        File.WriteAllBytes(Path.Combine(share, "middle"), part.AsSpan(0, part.Length / 10).ToArray());
        File.WriteAllBytes(Path.Combine(share, "small"), part.AsSpan(0, part.Length / 200).ToArray());
        File.WriteAllText(Path.Combine(share, "adversary.c"), Adversary);
        File.WriteAllText(Path.Combine(share, "adversary.json"), AdversaryManifest);
        ToolRun pack = ToolRun.Of("module", "pack", Path.Combine(share, "adversary.c"), "-o", Path.Combine(share, "adversary.mlm"));
        Assert.True(pack.Status == 0, pack.Error);
        return share;
    }
}
