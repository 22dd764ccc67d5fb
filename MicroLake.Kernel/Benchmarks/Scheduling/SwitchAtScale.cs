using System.Diagnostics;
using System.Globalization;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Scheduling;

/// <summary>So many ready threads that give way to each other: what it costs to pick the next should not grow.</summary>
public sealed class SwitchAtScale(int threads) : IGuestBenchmark
{
    private const int StackBytes = 64 << 10;
    private const long Batch = 20_000;

    // One before the first sample, and one that warms up.
    private readonly long[] _marks = new long[Samples.Usual + 2];
    private long _switches;
    private bool _stop;

    public string Name => $"sched.switch.threads_{threads.ToString(CultureInfo.InvariantCulture)}";

    public string Summary => $"thread switch among {threads} ready threads, on one processor";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        Volatile.Write(ref _stop, false);
        _switches = 0;
        // All wait until the last one is there, and each lets the next one in before its first turn: whoever let all of them in would have to wait
        // for its own turn among those that are in already. The youngest comes first, because it begins behind those that were made before.
        var doors = new SemaphoreSlim[threads];
        var ready = new List<Thread>(threads);
        try
        {
            for (int i = 0; i < threads; i++)
            {
                int number = i;
                doors[i] = new SemaphoreSlim(0);
                var thread = new Thread(() => GiveWay(doors, number), StackBytes);
                thread.Start();
                ready.Add(thread);
            }
        }
        catch
        {
            // So many threads cannot be had: those that are there leave.
            Volatile.Write(ref _stop, true);
            for (int i = 0; i < ready.Count; i++)
                _ = doors[i].Release();
            throw;
        }

        _ = doors[^1].Release();
        // Whoever makes the last mark ends it: this one would come to run only when all of them have had as much time as it has had.
        foreach (Thread thread in ready)
            thread.Join();
        int sample = 0;
        return [Samples.Take(Name, progress, () => Samples.Between(_marks[sample], _marks[++sample]) / Batch)];
    }

    private void GiveWay(SemaphoreSlim[] doors, int number)
    {
        doors[number].Wait();
        if (number > 0)
            _ = doors[number - 1].Release();
        while (!Volatile.Read(ref _stop))
        {
            if (_switches++ % Batch == 0)
                Mark(_switches / Batch);
            Thread.Yield();
        }
    }

    private void Mark(long number)
    {
        if (number < _marks.Length)
            _marks[number] = Stopwatch.GetTimestamp();
        if (number == _marks.Length - 1)
            Volatile.Write(ref _stop, true);
    }
}
