using System.Text.Json;
using System.Text.RegularExpressions;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Models;

/// <summary>The life of modules as a user leads it: packed on the host, loaded, shadowed, active, thrown out.</summary>
public sealed class ModuleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("microlake-modules-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_module_decides_in_the_scheduler_and_one_that_gives_garbage_is_thrown_out()
    {
        // Nanoseconds that a thread is expected to run: a millisecond, more for long bursts. The other says a second and more, whatever it is asked.
        Pack("steady", [0.5f, 0], 1);
        Pack("adversary", [1, 0], 1000);
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder.FullName);

        Assert.Contains("error: ", console.Run("mlaas load /host/steady.mlm"), StringComparison.Ordinal);
        Assert.DoesNotContain("error:", console.Run("mlaas load /host/steady.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Contains("error: ", console.Run("mlaas load /host/steady.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.DoesNotContain("error:", console.Run("mlaas shadow steady"), StringComparison.Ordinal);
        MakeDecisions(console);
        Assert.Matches(@"sched\.pick\s+steady\s+shadow\s+[1-9]\d*\s+0\s+[1-9]", console.Run("mlaas hooks"));

        Assert.DoesNotContain("error:", console.Run("mlaas activate steady"), StringComparison.Ordinal);
        MakeDecisions(console);
        Assert.Matches(@"sched\.pick\s+steady\s+active\s+\d+\s+[1-9]", console.Run("mlaas hooks"));
        Assert.Contains("burst_ns", console.Run("mlaas why sched.pick"), StringComparison.Ordinal);

        Assert.DoesNotContain("error:", console.Run("mlaas fallback sched.pick"), StringComparison.Ordinal);
        Assert.DoesNotContain("error:", console.Run("mlaas load /host/adversary.mlm --allow-unsigned"), StringComparison.Ordinal);
        Assert.Contains("has not decided beside the heuristic", console.Run("mlaas activate adversary"), StringComparison.Ordinal);
        // A shadow may trip, too: the guardrail leaves it the few decisions until it is active.
        Assert.DoesNotContain("error:", console.Run("mlaas shadow adversary"), StringComparison.Ordinal);
        Assert.DoesNotContain("error:", console.Run("mlaas activate adversary"), StringComparison.Ordinal);
        MakeDecisions(console);
        Assert.Matches(@"sched\.pick\s+\S+\s+heuristic", console.Run("mlaas hooks"));
        Assert.Contains("outputs_out_of_range", console.Run("mlaas info adversary"), StringComparison.Ordinal);
        // Why it decided so is known of one that is out, too.
        Assert.Matches(@"burst_ns [+-]\d", console.Run("mlaas why sched.pick"));

        DecideForOne(console);
        Assert.DoesNotContain("error:", console.Run("mlaas unload adversary"), StringComparison.Ordinal);
        Assert.DoesNotContain("error:", console.Run("mlaas unload steady"), StringComparison.Ordinal);
        Assert.Contains("No module", console.Run("mlaas list"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_foresees_of_a_tenants_programs_how_long_they_run()
    {
        File.Copy(ImageProject.At("tests/Programs/Probe").Build(), Path.Combine(_folder.FullName, "probe.elf"));
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine, _folder.FullName);
        Assert.Matches(@"instructions at most, 16 golden vectors match, signed by boot", console.Run("mlaas load /boot/modules/sched-predict-live.mlm"));
        Assert.Equal("", console.Run("mlaas shadow sched-predict-live --tenant batch"));
        Assert.Equal("", console.Run("run --tenant batch /host/probe.elf exit 0"));
        Assert.Equal("", console.Run("mlaas activate sched-predict-live"));
        for (int i = 0; i < 3; i++)
            Assert.Equal("", console.Run("run --tenant batch /host/probe.elf exit 0"));

        using JsonDocument why = JsonDocument.Parse(console.Run("mlaas why sched.pick --tenant batch --json"));
        // The youngest is first. A program that takes some milliseconds is foreseen as such, once it is known.
        JsonElement last = why.RootElement.EnumerateArray().First(), first = why.RootElement.EnumerateArray().Last();
        Assert.Equal(0, first.GetProperty("command_runs").GetInt64());
        Assert.Equal(3, last.GetProperty("command_runs").GetInt64());
        Assert.InRange(last.GetProperty("module").GetInt64(), 1_000, 10_000_000_000);
        Assert.Equal(last.GetProperty("module").GetInt64(), last.GetProperty("chosen").GetInt64());
        Assert.Matches(@"sched-predict-live\s+1\.0\.0\s+sched\.pick\s+active\s+tenant batch", console.Run("mlaas list"));
        Assert.DoesNotContain("error:", console.Run("mlaas unload sched-predict-live"), StringComparison.Ordinal);
    }

    /// <summary>One module decides for the process behind /tmp, another for a tenant; a process that ends takes its module off.</summary>
    private static void DecideForOne(GuestConsole console)
    {
        Assert.Contains("there is no process 'nobody'", console.Run("mlaas shadow steady --process nobody"), StringComparison.Ordinal);
        Assert.Contains("--tenant is not a name", console.Run("mlaas shadow steady --tenant A/B"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas shadow steady --process tmp"));
        Assert.Equal("", console.Run("mlaas activate steady"));
        Assert.Equal("", console.Run("mlaas shadow adversary --tenant acme"));
        MakeDecisions(console);
        string hooks = console.Run("mlaas hooks");
        Match row = Regex.Match(hooks, @"sched\.pick\s+steady\s+active\s+\d+\s+[1-9].*process (?<id>\d+) tmp");
        Assert.True(row.Success, hooks);
        // Nobody belongs to the tenant, and nobody asks for all others.
        Assert.Matches(@"sched\.pick\s+adversary\s+shadow\s+0\s+0\s+0\s.*tenant acme", hooks);
        Assert.Matches(@"sched\.pick\s+-\s+heuristic\s.*everywhere", hooks);
        Assert.Contains("burst_ns", console.Run("mlaas why sched.pick --process tmp"), StringComparison.Ordinal);

        Assert.DoesNotContain("error:", console.Run($"kill {row.Groups["id"].Value}"), StringComparison.Ordinal);
        string list = console.Run("mlaas list");
        for (int i = 0; i < 50 && !list.Contains("has ended", StringComparison.Ordinal); i++)
            list = console.Run("mlaas list");
        Assert.Matches($@"steady\s+1\.0\.0\s+sched\.pick\s+loaded\s+-\s+-\s+process {row.Groups["id"].Value} tmp has ended", list);
        Assert.Contains("there is no process", console.Run($"mlaas why sched.pick --process {row.Groups["id"].Value}"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("mlaas fallback sched.pick --tenant acme"));
        Assert.Contains("has no module", console.Run("mlaas fallback sched.pick"), StringComparison.Ordinal);
    }

    /// <summary>Threads wake and wait: /tmp is kept by a process of its own.</summary>
    private static void MakeDecisions(GuestConsole console)
    {
        for (int i = 0; i < 20; i++)
            _ = console.Run("ls /tmp");
    }

    private void Pack(string name, float[] weights, float bias)
    {
        DirectoryInfo source = _folder.CreateSubdirectory(name);
        File.WriteAllBytes(Path.Combine(source.FullName, "model.onnx"), OnnxFile.Linear(new float[,] { { weights[0] }, { weights[1] } }, [bias], "Relu"));
        File.WriteAllText(Path.Combine(source.FullName, "manifest.json"), $$"""
            {
              "name": "{{name}}", "version": "1.0.0", "hook": "sched.pick", "description": "of a test",
              "inputs": [
                { "feature": "burst_ns", "unit": "ns", "least": 0, "most": 1000000000, "transform": "log2", "scale": 0.05 },
                { "feature": "priority", "unit": "level", "least": 1, "most": 32, "offset": 16, "scale": 0.1 } ],
              "output": { "unit": "ns", "least": 0, "most": 100000000, "scale": 1000000 },
              "budget_ns": 10000000,
              "guardrails": [ { "property": "outputs_out_of_range", "most": 30, "window": 100 } ]
            }
            """);
        ToolRun run = ToolRun.Of("module", "pack", source.FullName, "-o", Path.Combine(_folder.FullName, name + ".mlm"));
        Assert.True(run.Status == 0, run.Error);
    }
}
