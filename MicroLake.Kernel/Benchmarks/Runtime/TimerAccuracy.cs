using System.Diagnostics;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Runtime;

public sealed class TimerAccuracy : IGuestBenchmark
{
    private const int AskedMilliseconds = 1;

    public string Name => "runtime.timer_late";

    public string Summary => "how late a sleep of 1 ms ends";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress) =>
        [Samples.Take(Name, progress, () =>
        {
            long start = Stopwatch.GetTimestamp();
            Thread.Sleep(AskedMilliseconds);
            return Samples.Since(start) - (AskedMilliseconds * 1e6);
        })];
}
