using MicroLake.Hosting;

namespace MicroLake.GuestTests.Guest;

/// <summary>The scheduler's own priorities; .NET's Thread.Priority has no effect on Unix.</summary>
[Area("Priorities of the scheduler (MicroLake.Hosting.CurrentThread)")]
public static class PriorityTests
{
    private const int Rounds = 20;

    [GuestTest]
    public static string Of_the_ready_threads_the_most_important_runs_first()
    {
        if (Environment.ProcessorCount > 1)
            throw new SkipException("the order is certain on one processor only");
        int sorted = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int[] order = RunInOrderOfPriority([33, 45, 38, 60, 50]);
            if (order.SequenceEqual(order.OrderDescending()))
                sorted++;
        }
        // Now and then a thread of the load holds a lock that a wake needs, and the others run meanwhile. Woken one after the
        // other without priorities, the threads would never come in this order.
        Check.That(sorted >= Rounds / 2, $"{sorted} of {Rounds} rounds in order");
        return $"{sorted} of {Rounds} rounds";
    }

    [GuestTest]
    public static void A_more_important_thread_interrupts_a_computation_when_its_sleep_is_over()
    {
        if (Environment.ProcessorCount > 1)
            throw new SkipException("a second processor would compute");
        using var asleep = new ManualResetEvent(false);
        bool awake = false;
        var sleeper = new Thread(() =>
        {
            CurrentThread.SetPriority(CurrentThread.HighestPriority);
            asleep.Set();
            Thread.Sleep(20);
            Volatile.Write(ref awake, true);
        });
        sleeper.Start();
        asleep.WaitOne();
        // Computes at a higher priority than the default and never waits: only a more important thread gets the processor.
        CurrentThread.SetPriority(CurrentThread.DefaultPriority + 8);
        try
        {
            while (!Volatile.Read(ref awake))
            {
            }
        }
        finally
        {
            CurrentThread.SetPriority(CurrentThread.DefaultPriority);
        }
        sleeper.Join();
    }

    [GuestTest]
    public static void Priorities_outside_the_range_are_refused()
    {
        Check.Throws<ArgumentOutOfRangeException>(() => CurrentThread.SetPriority(0));
        Check.Throws<ArgumentOutOfRangeException>(() => CurrentThread.SetPriority(64));
        Check.Throws<ArgumentOutOfRangeException>(() => CurrentThread.SetPriority(-1));
    }

    /// <summary>Makes threads of these priorities ready one after the other, above them all, and returns in which order they ran.</summary>
    private static int[] RunInOrderOfPriority(int[] priorities)
    {
        int[] order = new int[priorities.Length];
        int ran = 0;
        var gates = new AutoResetEvent[priorities.Length];
        var threads = new Thread[priorities.Length];
        for (int i = 0; i < priorities.Length; i++)
        {
            int priority = priorities[i];
            AutoResetEvent gate = gates[i] = new AutoResetEvent(false);
            using var waiting = new ManualResetEvent(false);
            threads[i] = new Thread(() =>
            {
                CurrentThread.SetPriority(priority);
                // The starter is less important: it goes on when this thread waits at its gate.
                WaitHandle.SignalAndWait(waiting, gate);
                order[Interlocked.Increment(ref ran) - 1] = priority;
            });
            threads[i].Start();
            waiting.WaitOne();
        }
        CurrentThread.SetPriority(CurrentThread.HighestPriority);
        foreach (AutoResetEvent gate in gates)
            gate.Set();
        CurrentThread.SetPriority(CurrentThread.DefaultPriority);
        foreach (Thread thread in threads)
            thread.Join();
        foreach (AutoResetEvent gate in gates)
            gate.Dispose();
        return order;
    }
}
