using System.Diagnostics;
using System.Globalization;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Scheduling;

/// <summary>So many ready threads that give way to each other: what it costs to pick the next should not grow.</summary>
public sealed class SwitchAtScale(int threads) : IGuestBenchmark
{
    private const int StackBytes = 64 << 10;
    private const long Batch = 20_000;

    private long _switches;
    private bool _stop;

    public string Name => $"sched.switch.threads_{threads.ToString(CultureInfo.InvariantCulture)}";

    public string Summary => $"thread switch among {threads} ready threads, on one processor";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        Volatile.Write(ref _stop, false);
        // All wait until the last one is there: each would have to wait for its start until all before it had had their turns.
        using var go = new ManualResetEvent(false);
        var others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(() => GiveWay(go), StackBytes);
            others[i].Start();
        }

        go.Set();
        try
        {
            return [Samples.Take(Name, progress, Sample)];
        }
        finally
        {
            Volatile.Write(ref _stop, true);
            foreach (Thread thread in others)
                thread.Join();
        }
    }

    private double Sample()
    {
        long start = Stopwatch.GetTimestamp(), before = Volatile.Read(ref _switches), done;
        do
        {
            _switches++;
            Thread.Yield();
            done = Volatile.Read(ref _switches) - before;
        }
        while (done < Batch);
        return Samples.Since(start) / done;
    }

    private void GiveWay(WaitHandle go)
    {
        go.WaitOne();
        while (!Volatile.Read(ref _stop))
        {
            _switches++;
            Thread.Yield();
        }
    }
}
