using System.Text;
using MicroLake.Bench.Report;
using MicroLake.Benchmarks;
using MicroLake.Shell;
using Xunit;

namespace MicroLake.HostTests.Benchmarks;

/// <summary>The guest's benchmarks, run here through the shell's command: what they print is what the bench verb reads.</summary>
public sealed class GuestBenchmarkTests
{
    public static TheoryData<string> Names() => [.. GuestBenchmarks.All().All.Select(b => b.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_benchmark_measures_what_its_name_says(string name)
    {
        IReadOnlyList<MeasuredLine> results = GuestResults.Parse(Run($"bench {name} --json"));
        bool isShare = name == "sched.parallel_for";
        // Where there is one processor, nothing can be spread.
        Assert.Equal(isShare && Environment.ProcessorCount == 1, results.Count == 0);
        Assert.All(results, r =>
        {
            Assert.StartsWith(name, r.Name, StringComparison.Ordinal);
            Assert.Equal(isShare ? "ratio" : "ns", r.Unit);
            Assert.True(r.Spread.Min > 0 && r.Spread.Min <= r.Spread.Median && r.Spread.Median <= r.Spread.Max, r.ToString());
        });
    }

    [Fact]
    public void The_first_part_of_a_name_stands_for_all_that_begin_with_it() =>
        Assert.Superset(
            new HashSet<string> { "runtime.thread_switch", "runtime.alloc_64", "runtime.gc.full_pause", "runtime.timer_late" },
            GuestResults.Parse(Run("bench runtime --json")).Select(r => r.Name).ToHashSet());

    private static string Run(string script)
    {
        CommandSet commands = new();
        GeneratedCommands.AddTo(commands);
        using MemoryStream output = new();
        int status = new LakeShell(commands, new ShellServices().Add(GuestBenchmarks.All())).RunScript(script, output);
        string text = Encoding.UTF8.GetString(output.ToArray());
        Assert.True(status == 0, text);
        return text;
    }
}
