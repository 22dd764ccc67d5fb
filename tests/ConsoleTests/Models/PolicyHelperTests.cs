using System.Text.Json;
using MicroLake.ConsoleTests.Devices;
using MicroLake.ConsoleTests.Harness;
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

    private static long PagesAhead(GuestConsole console)
    {
        using JsonDocument counters = JsonDocument.Parse(console.Run("disk cache --json"));
        return counters.RootElement.EnumerateArray().Single(c => c.GetProperty("counter").GetString() == "pages read ahead").GetProperty("value").GetInt64();
    }

    private static void Pack(string share, string name, string body)
    {
        DirectoryInfo source = Directory.CreateDirectory(Path.Combine(share, name + "-module"));
        string text = Path.Combine(source.FullName, "policy.c");
        File.WriteAllText(text, $$"""
            #include <microlake.h>
            ML_POLICY("mm.prefetch") s64 ahead(struct ml_mm_prefetch *c) { {{body}} }
            """);
        File.WriteAllBytes(Path.Combine(source.FullName, "policy.bpf.o"), PolicyCompiler.Compile(text));
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
