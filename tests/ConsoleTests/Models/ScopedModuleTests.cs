using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Models;

/// <summary>A module decides what is read ahead for one process, then for a tenant, while others have the heuristic.</summary>
public sealed partial class ScopedModuleTests : IDisposable
{
    private const int Pages = 200;

    private const string Policy = """
        #include <microlake.h>
        ML_POLICY("mm.prefetch") s64 nothing(struct ml_mm_prefetch *c) { return 0; }
        """;

    private const string Manifest = """
        { "name": "nothing", "version": "1.0.0", "hook": "mm.prefetch", "output": { "unit": "pages", "least": 0, "most": 64 }, "budget_ns": 100000000 }
        """;

    private const string Service = """
        { "name": "reader", "program": "/host/probe.elf", "arguments": ["read-when", "/data/sign", "/data/0", "stay"], "files": true, "restart": "never" }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("microlake-scopes-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_module_decides_for_a_process_or_a_tenant_alone()
    {
        string disk = Path.Combine(_folder.FullName, "disk.img");
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Disks = [disk] }, Share(disk));
        Assert.Contains("policy verified, ", console.Run("mlaas load /host/nothing.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Contains("generation 1", console.Run("service load /host/reader.json"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas shadow nothing --process reader"));
        Assert.Equal("", console.Run("mlaas activate nothing --process reader"));

        // The heuristic reads the file of another process ahead, and the module is not asked.
        Assert.InRange(ReadAhead(console, "run /host/probe.elf read-when /data/1 /data/1"), Pages / 2, Pages);
        JsonElement own = Hook(console, "process ");
        Assert.Equal((0, "active"), (own.GetProperty("asked").GetInt64(), own.GetProperty("mode").GetString()));

        // Nothing is read ahead for the process, for each of whose pages the module is asked.
        Assert.Equal(0, ReadAhead(console, "cp /host/sign /data/sign"));
        while ((own = Hook(console, "process ")).GetProperty("asked").GetInt64() < Pages)
            Assert.Equal("active", own.GetProperty("mode").GetString());
        Assert.Equal((0, Pages), (own.GetProperty("byHeuristic").GetInt64(), own.GetProperty("byModules").GetInt64()));
        Assert.Equal(0, Hook(console, "everywhere").GetProperty("asked").GetInt64());
        Assert.Contains("file_pages", console.Run("mlaas why mm.prefetch --process reader"), StringComparison.Ordinal);

        Assert.Equal("", console.Run("service stop reader"));
        Assert.Matches(@"nothing\s+1\.0\.0\s+mm\.prefetch\s+loaded\s.*reader has ended", console.Run("mlaas list"));

        Assert.Equal("", console.Run("mlaas shadow nothing --tenant batch"));
        Assert.Equal("", console.Run("mlaas activate nothing --tenant batch"));
        Assert.Equal(0, ReadAhead(console, "run --tenant batch /host/probe.elf read-when /data/2 /data/2"));
        Assert.InRange(ReadAhead(console, "run --tenant other /host/probe.elf read-when /data/3 /data/3"), Pages / 2, Pages);
        Assert.Equal(Pages, Hook(console, "tenant batch").GetProperty("byModules").GetInt64());
        Assert.Equal("", console.Run("mlaas unload nothing"));
        console.Send("poweroff" + Keys.Enter);
        Assert.Equal(0, console.WaitForExit());
    }

    /// <summary>Pages that are read ahead while a command runs.</summary>
    private static long ReadAhead(GuestConsole console, string command)
    {
        long before = Ahead(console);
        Assert.DoesNotContain("error:", console.Run(command), StringComparison.Ordinal);
        return Ahead(console) - before;
    }

    private static long Ahead(GuestConsole console) =>
        long.Parse(AheadRow().Match(console.Run("disk cache")).Groups["count"].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"pages read ahead\s+(?<count>\d+)")]
    private static partial Regex AheadRow();

    /// <summary>The row of the hook with a scope that begins so.</summary>
    private static JsonElement Hook(GuestConsole console, string scope)
    {
        using JsonDocument hooks = JsonDocument.Parse(console.Run("mlaas hooks --json"));
        return hooks.RootElement.EnumerateArray()
            .Single(row => row.GetProperty("hook").GetString() == "mm.prefetch" && row.GetProperty("scope").GetString()!.StartsWith(scope, StringComparison.Ordinal))
            .Clone();
    }

    private string Share(string disk)
    {
        string share = _folder.CreateSubdirectory("share").FullName;
        string files = _folder.CreateSubdirectory("files").FullName;
        Assert.Equal(0, ToolRun.Of("disk", "create", disk, "--size", "16M").Status);
        for (int i = 0; i < 4; i++)
        {
            string file = Path.Combine(files, i.ToString(CultureInfo.InvariantCulture));
            File.WriteAllBytes(file, new byte[Pages << 12]);
            Assert.Equal(0, ToolRun.Of("disk", "put", disk, file, $"/data/{i}").Status);
        }

        File.Copy(ImageProject.At("tests/Programs/Probe").Build(), Path.Combine(share, "probe.elf"));
        File.WriteAllText(Path.Combine(share, "sign"), "");
        File.WriteAllText(Path.Combine(share, "reader.json"), Service);
        File.WriteAllText(Path.Combine(share, "nothing.json"), Manifest);
        File.WriteAllText(Path.Combine(share, "nothing.c"), Policy);
        ToolRun pack = ToolRun.Of("module", "pack", Path.Combine(share, "nothing.c"), "-o", Path.Combine(share, "nothing.mlm"));
        Assert.True(pack.Status == 0, pack.Error);
        return share;
    }
}
