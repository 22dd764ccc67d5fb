using System.Diagnostics;

namespace MicroLake.Benchmarks.Runtime;

public sealed class ClockRead() : BatchBenchmark("runtime.clock_read", "reading the clock", batch: 20_000)
{
    private long _last;

    protected override void Operate(long count)
    {
        while (count-- > 0)
            Volatile.Write(ref _last, Stopwatch.GetTimestamp());
    }
}
