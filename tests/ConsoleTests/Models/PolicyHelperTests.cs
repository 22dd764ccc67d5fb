using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MicroLake.ConsoleTests.Devices;
using MicroLake.ConsoleTests.Harness;
using MicroLake.MLaaS.Packages;
using MicroLake.Tool.Modules;
using MicroLake.Tool.Qemu;
using Xunit;

namespace MicroLake.ConsoleTests.Models;

/// <summary>Helpers of policies: one policy for each reads ahead in <c>/data</c>, by what the helper gives.</summary>
public sealed class PolicyHelperTests : IDisposable
{
    private const int Pages = 400;

    private static readonly Dictionary<string, string> s_policies = new()
    {
        ["none"] = "return 0;",
        ["feature"] = "return ml_feature(2) / 100;",
        ["infer"] = "s64 in[1] = {c->file_pages}, out; return ml_infer(0, in, sizeof(in), &out, sizeof(out)) ? 0 : out;",
        ["random"] = "return ml_random() & 31;",
        ["trace"] = "ml_trace(\"ahead\", sizeof(\"ahead\"), c->file_pages, 12); return 12;",
    };

    private readonly TemporaryDisk _disk = new(24 << 20);

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void What_helpers_give_decides_how_far_is_read_ahead()
    {
        string share = Directory.CreateDirectory(Path.Combine(_disk.Folder, "share")).FullName;
        File.WriteAllBytes(Path.Combine(share, "data"), new byte[Pages << 12]);
        PackUngranted(share, "greedy", "return ml_random() & 1;", """ "helpers": [ "trace" ] """);
        PackUngranted(share, "curious", "return c->run & 1;", """ "features": [ "page", "count" ] """);
        PackUngranted(share, "silent", "return c->file_pages & 1;", "");
        // A newer version of one that decides.
        PackUngranted(share, "none", "return ml_time() & 1;", "");
        foreach ((string name, string body) in s_policies)
            Pack(share, name, body);
        Machine machine = Product.Machine with { Disks = [_disk.Path] };
        using (GuestConsole console = GuestConsole.AtPrompt(machine, share))
        {
            Assert.Equal("", console.Run("disk format blk0"));
            foreach (string name in s_policies.Keys)
                Assert.Equal("", console.Run($"cp /host/data /data/{name}"));
            console.Send("poweroff" + Keys.Enter);
            Assert.Equal(0, console.WaitForExit());
        }

        // After another boot nothing is in the cache.
        using (GuestConsole console = GuestConsole.AtPrompt(machine, share))
        {
            Assert.All(Decide(console, "none", "^no input by itself$"), pages => Assert.Equal(0, pages));
            Assert.Equal(0, PagesAhead(console));
            // 4 for a file of 400 pages; a hundredth of its pages and 5.5 by the model.
            Assert.All(Decide(console, "feature", @"^\d+ if file_pages were \d+$"), pages => Assert.Equal(Pages / 100, pages));
            long before = PagesAhead(console);
            Assert.InRange(before, 1, Pages);
            Assert.All(Decide(console, "infer", @"^\d+ if file_pages were \d+$"), pages => Assert.Equal(9, pages));
            Assert.InRange(PagesAhead(console), before + 1, before + Pages);
            List<long> random = Decide(console, "random", @"^(depends on chance, too: now \d+; )?no input by itself$");
            Assert.All(random, pages => Assert.InRange(pages, 0, 31));
            Assert.InRange(random.Distinct().Count(), 3, 32);

            NothingUngrantedLoads(console);
            Assert.Equal("", console.Run("trace start"));
            Assert.All(Decide(console, "trace", "^no input by itself$"), pages => Assert.Equal(12, pages));
            Assert.Equal("", console.Run("trace stop"));
            Assert.DoesNotContain("error:", console.Run("trace save /host/trace.json"), StringComparison.Ordinal);
            Assert.Contains($"ahead {Pages} 12", File.ReadAllText(Path.Combine(share, "trace.json")), StringComparison.Ordinal);
        }
    }

    /// <summary>Reads the policy's file while it decides; returns its last decisions, which were explained like this.</summary>
    private static List<long> Decide(GuestConsole console, string policy, string why)
    {
        Assert.DoesNotContain("error:", console.Run($"mlaas load /host/{policy}.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Matches($@"sees\s+file_pages\s+may call\s+{(policy == "none" ? "nothing" : policy)}\s", console.Run($"mlaas info {policy}"));
        Assert.Equal("", console.Run($"mlaas shadow {policy}"));
        Assert.Equal("", console.Run($"mlaas activate {policy}"));
        Assert.Equal("", console.Run($"cat /data/{policy} > /dev/null"));
        using JsonDocument records = JsonDocument.Parse(console.Run("mlaas why mm.prefetch --json"));
        var decisions = new List<long>();
        foreach (JsonElement row in records.RootElement.EnumerateArray())
        {
            if (row.GetProperty("file_pages").GetInt64() != Pages)
                continue;
            decisions.Add(row.GetProperty("chosen").GetInt64());
            Assert.Matches(why, row.GetProperty("weighed").GetString());
        }

        Assert.NotEmpty(decisions);
        Assert.Equal("", console.Run($"mlaas unload {policy}"));
        return decisions;
    }

    /// <summary>The kernel's verifier refuses what a manifest does not grant, and what was loaded before stays as it was.</summary>
    private static void NothingUngrantedLoads(GuestConsole console)
    {
        Assert.DoesNotContain("error:", console.Run("mlaas load /host/none.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas shadow none"));
        Assert.Equal("", console.Run("mlaas activate none"));
        string before = console.Run("mlaas list");
        foreach ((string file, string refused) in ((string, string)[])[("greedy", "helper random; name it in policy.helpers"), ("curious", "feature run; name it in policy.features"),
            ("silent", "feature file_pages; name it in policy.features"), ("none", "helper time; name it in policy.helpers")])
        {
            string told = console.Run($"mlaas load /host/{file}-ungranted.mlm --allow-unsigned");
            Assert.Matches($@"^error: mlaas: policy\.bpf\.o: instruction \d+ \(.+\): the manifest does not grant {Regex.Escape(refused)}\s*$", told);
            Assert.Equal(before, console.Run("mlaas list"));
        }

        Assert.Matches(@"none\s+1\.0\.0\s+mm\.prefetch\s+active", before);
        Assert.Equal("", console.Run("mlaas unload none"));
        Assert.Contains("No module is loaded", console.Run("mlaas list"), StringComparison.Ordinal);
    }

    private static long PagesAhead(GuestConsole console)
    {
        using JsonDocument counters = JsonDocument.Parse(console.Run("disk cache --json"));
        return counters.RootElement.EnumerateArray().Single(c => c.GetProperty("counter").GetString() == "pages read ahead").GetProperty("value").GetInt64();
    }

    /// <summary>A module as module pack would not make it: with a policy that uses more than the manifest grants.</summary>
    private static void PackUngranted(string share, string name, string body, string grants)
    {
        string manifest = $$"""
            { "name": "{{name}}", "version": "2.0.0", "hook": "mm.prefetch", "policy": { {{grants}} }, "output": { "unit": "pages", "least": 0, "most": 64 } }
            """;
        var parts = new Dictionary<string, byte[]> { [ModulePart.Manifest] = Encoding.UTF8.GetBytes(manifest), [ModulePart.Policy] = Compile(share, name, body) };
        parts[ModulePart.Digests] = ModuleFile.DigestsOf(parts);
        using var tar = new TarWriter(File.Create(Path.Combine(share, name + "-ungranted.mlm")), TarEntryFormat.Ustar, leaveOpen: false);
        foreach ((string part, byte[] content) in parts)
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, part) { DataStream = new MemoryStream(content) });
    }

    private static byte[] Compile(string folder, string name, string body)
    {
        string text = Path.Combine(folder, name + "-source.c");
        File.WriteAllText(text, $$"""
            #include <microlake.h>
            ML_POLICY("mm.prefetch") s64 ahead(struct ml_mm_prefetch *c) { {{body}} }
            """);
        return PolicyCompiler.Compile(text);
    }

    private static void Pack(string share, string name, string body)
    {
        DirectoryInfo source = Directory.CreateDirectory(Path.Combine(share, name + "-module"));
        File.WriteAllBytes(Path.Combine(source.FullName, "policy.bpf.o"), Compile(share, name, body));
        bool asksModel = name == "infer";
        if (asksModel)
            File.WriteAllBytes(Path.Combine(source.FullName, "model.onnx"), OnnxFile.Linear(new float[,] { { 0.01f } }, [5.5f], "Relu"));
        string inputs = asksModel ? """ "inputs": [ { "feature": "file_pages", "unit": "pages", "least": 0, "most": 1000 } ], """ : "";
        File.WriteAllText(Path.Combine(source.FullName, "manifest.json"), $$"""
            {
              "name": "{{name}}", "version": "1.0.0", "hook": "mm.prefetch", {{inputs}} "output": { "unit": "pages", "least": 0, "most": 64 },
              "policy": { "features": [ "file_pages" ], "helpers": [ {{(name == "none" ? "" : $"\"{name}\"")}} ] },
              "budget_ns": 100000000
            }
            """);
        ToolRun pack = ToolRun.Of("module", "pack", source.FullName, "-o", Path.Combine(share, name + ".mlm"));
        Assert.True(pack.Status == 0, pack.Error);
    }
}
