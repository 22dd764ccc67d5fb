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
    private readonly AutoResetEvent[] _turns = new AutoResetEvent[threads];
    private readonly List<Thread> _threads = new(threads);
    private int _next;
    private bool _stop;

    protected override void Begin()
    {
        Volatile.Write(ref _stop, false);
        try
        {
            for (int i = 0; i < threads; i++)
            {
                AutoResetEvent turn = _turns[i] = new AutoResetEvent(false);
                var thread = new Thread(() => Answer(turn), StackBytes);
                thread.Start();
                _threads.Add(thread);
            }
        }
        catch
        {
            // So many threads cannot be had: those that are there leave.
            End();
            throw;
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
        for (int i = 0; i < _threads.Count; i++)
        {
            _turns[i].Set();
            _threads[i].Join();
            _turns[i].Dispose();
        }

        _threads.Clear();
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
