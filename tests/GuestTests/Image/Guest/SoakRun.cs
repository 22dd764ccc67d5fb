using System.Diagnostics;
using MicroLake.Hosting;

namespace MicroLake.GuestTests.Guest;

/// <summary>
/// Stresses the system for a given time, in cycles: threads that allocate, write files, start threads, run tasks and fault, each
/// checking its own results. After each cycle, when they have ended, what is in use is compared with what was after the first.
/// </summary>
internal sealed class SoakRun
{
    /// <summary>How long the end of a cycle may take before the run counts as hung.</summary>
    public static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan s_longestCycle = TimeSpan.FromSeconds(30);
    private const int Cycles = 5;

    // What the collector and the thread pool keep for later varies; a leak of one object or page each round passes this soon.
    private const long HeapSlack = 64 << 10;
    private const long MemorySlack = 1 << 20;
    private const int ThreadSlack = 4;

    private readonly Lock _gate = new();
    private readonly List<string> _failures = [];
    private long _rounds;
    private volatile bool _stop;

    private readonly record struct Usage(long Heap, long Memory, int Threads)
    {
        public static Usage Now()
        {
            for (int i = 0; i < 2; i++)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }
            MemoryUse memory = Inspection.Memory();
            return new Usage(GC.GetTotalMemory(forceFullCollection: true), memory.Total - memory.Free, Inspection.Threads().Count);
        }

        public override string ToString() => $"{Heap / 1024:N0} KiB of objects, {Memory / 1024:N0} KiB of memory, {Threads} threads";
    }

    /// <summary>Runs, with a line for each cycle, and returns a note.</summary>
    /// <exception cref="CheckException">A result was wrong, or more is in use than after the first cycle.</exception>
    public static string For(TimeSpan time, TextWriter progress)
    {
        TimeSpan cycle = time / Cycles < s_longestCycle ? time / Cycles : s_longestCycle;
        var clock = Stopwatch.StartNew();
        var run = new SoakRun();
        Usage first = default, last = default;
        for (int cycles = 0; cycles < Cycles || clock.Elapsed < time; cycles++)
        {
            run.Cycle(cycle);
            last = Usage.Now();
            if (cycles == 0)
                first = last;
            progress.Write($"soak: {clock.Elapsed.TotalSeconds:0} of {time.TotalSeconds:0} s, {run._rounds:N0} rounds, {last}\n");
            progress.Flush();
        }
        Check.That(last.Heap <= first.Heap + HeapSlack && last.Memory <= first.Memory + MemorySlack && last.Threads <= first.Threads + ThreadSlack,
            $"something leaks: {first} at first, {last} in the end");
        return $"{run._rounds:N0} rounds";
    }

    private void Cycle(TimeSpan time)
    {
        _stop = false;
        Action<int>[] works = [AllocateAndCheck, AllocateAndCheck, AllocateAndCheck, UseFiles, UseFiles, StartThreads, RunTasks, Fault];
        Thread[] threads = [.. works.Select((work, i) => new Thread(() => Repeat(work, i)) { Name = $"soak {work.Method.Name}" })];
        foreach (Thread thread in threads)
            thread.Start();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time && !_stop)
            Thread.Sleep(50);
        _stop = true;
        foreach (Thread thread in threads)
            thread.Join();
        if (_failures.Count > 0)
            throw new CheckException(string.Join('\n', _failures));
    }

    private void Repeat(Action<int> work, int worker)
    {
        try
        {
            for (; !_stop; Interlocked.Increment(ref _rounds))
                work(worker);
        }
        catch (Exception e)
        {
            _stop = true;
            lock (_gate)
                _failures.Add(e.ToString());
        }
    }

    private static void AllocateAndCheck(int worker)
    {
        var random = new Random(worker);
        var kept = new Dictionary<int, byte[]>();
        for (int i = 0; i < 400; i++)
        {
            byte[] block = new byte[random.Next(1, i % 50 == 0 ? 200_000 : 2_000)];
            Array.Fill(block, (byte)i);
            kept[i % 100] = block;
        }
        foreach ((int key, byte[] block) in kept)
            Check.That(block.AsSpan().IndexOfAnyExcept((byte)(300 + key)) < 0, "a kept block changed");
        if (worker == 0)
            GC.Collect(Random.Shared.Next(3));
    }

    private static void UseFiles(int worker)
    {
        string path = $"/tmp/soak-{worker}";
        byte[] content = new byte[Random.Shared.Next(1, 100_000)];
        Random.Shared.NextBytes(content);
        File.WriteAllBytes(path, content);
        using (FileStream file = File.Open(path, FileMode.Append))
            file.Write(content, 0, content.Length / 2);
        File.Move(path, path + ".moved", overwrite: true);
        byte[] read = File.ReadAllBytes(path + ".moved");
        Check.That(read.AsSpan(0, content.Length).SequenceEqual(content), "a file changed");
        Check.That(read.AsSpan(content.Length).SequenceEqual(content.AsSpan(0, content.Length / 2)), "what was appended changed");
        File.Delete(path + ".moved");
        Check.That(!File.Exists(path + ".moved"), "a deleted file is there");
    }

    private static void StartThreads(int worker)
    {
        int sum = 0;
        Thread[] threads = [.. Enumerable.Range(1, 4).Select(n => new Thread(() => Interlocked.Add(ref sum, n)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Check.Equal(10, sum);
    }

    private static void RunTasks(int worker)
    {
        int[] squares = Task.WhenAll(Enumerable.Range(0, 32).Select(async n =>
        {
            await Task.Delay(n % 3);
            return n * n;
        })).GetAwaiter().GetResult();
        Check.Equal(31 * 32 * 63 / 6, squares.Sum());
    }

    private static void Fault(int worker)
    {
        string? nothing = worker < 0 ? "" : null;
        Check.Throws<NullReferenceException>(() => _ = nothing!.Length);
        int zero = worker < 0 ? 1 : 0;
        Check.Throws<DivideByZeroException>(() => _ = 1 / zero);
        Check.Throws<InvalidOperationException>(() => throw new InvalidOperationException("thrown by the soak run"));
    }
}
