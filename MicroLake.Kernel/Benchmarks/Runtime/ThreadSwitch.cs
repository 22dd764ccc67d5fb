namespace MicroLake.Benchmarks.Runtime;

/// <summary>Two ready threads on one processor that give way to each other: an operation is a switch there and one back.</summary>
/// <param name="name">Name of the figure: those of threads are looked for among the scheduler's, too.</param>
public sealed class ThreadSwitch(string name) : BatchBenchmark(name, "one of two threads yielding to the other, on one processor", batch: 500, parts: 2)
{
    private bool _stop;
    private Thread? _other;

    protected override void Begin()
    {
        Volatile.Write(ref _stop, false);
        _other = new Thread(() =>
        {
            while (!Volatile.Read(ref _stop))
                Thread.Yield();
        });
        _other.Start();
    }

    protected override void Operate(long count)
    {
        while (count-- > 0)
            Thread.Yield();
    }

    protected override void End()
    {
        Volatile.Write(ref _stop, true);
        _other?.Join();
    }
}
