using System.Globalization;

namespace MicroLake.Benchmarks.Scheduling;

/// <summary>Waking one of so many waiting threads, and waiting for its answer, in an order that jumps about: the cost of one should not grow.</summary>
public sealed class WakeAtScale(int threads) : BatchBenchmark(
    $"sched.wake.threads_{threads.ToString(CultureInfo.InvariantCulture)}", $"waking one of {threads} waiting threads and waiting for its answer", batch: 500)
{
    private const int StackBytes = 64 << 10;

    // Far from any power of two, and prime: every thread has its turn.
    private const int Stride = 7919;

    private readonly AutoResetEvent _answer = new(false);
    private AutoResetEvent[] _turns = [];
    private Thread[] _threads = [];
    private int _next;
    private bool _stop;

    protected override void Begin()
    {
        Volatile.Write(ref _stop, false);
        _turns = new AutoResetEvent[threads];
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            AutoResetEvent turn = _turns[i] = new AutoResetEvent(false);
            _threads[i] = new Thread(() => Answer(turn), StackBytes);
            _threads[i].Start();
        }
    }

    protected override void Operate(long count)
    {
        while (count-- > 0)
        {
            _turns[_next].Set();
            _answer.WaitOne();
            _next = (_next + Stride) % threads;
        }
    }

    protected override void End()
    {
        Volatile.Write(ref _stop, true);
        for (int i = 0; i < threads; i++)
        {
            _turns[i].Set();
            _threads[i].Join();
            _turns[i].Dispose();
        }
    }

    private void Answer(AutoResetEvent turn)
    {
        while (true)
        {
            turn.WaitOne();
            if (Volatile.Read(ref _stop))
                return;
            _answer.Set();
        }
    }
}
