namespace MicroLake.Benchmarks.Runtime;

public sealed class Handoff() : BatchBenchmark("runtime.handoff", "waking a waiting thread and waiting for its answer", batch: 200)
{
    private readonly AutoResetEvent _ping = new(false);
    private readonly AutoResetEvent _pong = new(false);
    private bool _stop;
    private Thread? _other;

    protected override void Begin()
    {
        Volatile.Write(ref _stop, false);
        _other = new Thread(() =>
        {
            while (true)
            {
                _ping.WaitOne();
                if (Volatile.Read(ref _stop))
                    return;
                _pong.Set();
            }
        });
        _other.Start();
    }

    protected override void Operate(long count)
    {
        while (count-- > 0)
        {
            _ping.Set();
            _pong.WaitOne();
        }
    }

    protected override void End()
    {
        Volatile.Write(ref _stop, true);
        _ping.Set();
        _other?.Join();
    }
}
