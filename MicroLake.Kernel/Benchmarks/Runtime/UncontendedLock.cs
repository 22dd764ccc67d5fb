namespace MicroLake.Benchmarks.Runtime;

public sealed class UncontendedLock() : BatchBenchmark("runtime.lock", "a lock that nobody else wants", batch: 20_000)
{
    private readonly object _gate = new();
    private long _guarded;

    protected override void Operate(long count)
    {
        while (count-- > 0)
            lock (_gate)
                _guarded++;
    }
}
