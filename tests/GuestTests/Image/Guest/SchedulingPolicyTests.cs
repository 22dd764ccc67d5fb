using MicroLake.Hosting;

namespace MicroLake.GuestTests.Guest;

/// <summary>Shares of processor time below the real-time priorities, by the nucleus's own accounts.</summary>
[Area("Shares of processor time (MicroLake.Hosting.Scheduling)")]
public static class SchedulingPolicyTests
{
    /// <summary>Three steps below the default: half its weight.</summary>
    private const int HalfWeight = CurrentThread.DefaultPriority - 3;

    private static readonly TimeSpan s_measured = TimeSpan.FromMilliseconds(300);

    [GuestTest]
    public static string Busy_threads_get_time_in_proportion_to_their_weights()
    {
        if (Environment.ProcessorCount > 1)
            throw new SkipException("shares are certain on one processor only");
        double ratio = RatioOfTimes(CurrentThread.DefaultPriority, HalfWeight);
        Check.That(ratio is > 1.5 and < 2.7, $"the ratio of their times is {ratio:0.00}, not about 2");
        return $"{ratio:0.00} to 1 by weights 2 to 1";
    }

    [GuestTest]
    public static string A_policy_is_replaced_while_threads_run()
    {
        if (Environment.ProcessorCount > 1)
            throw new SkipException("shares are certain on one processor only");
        Check.Equal(SchedulingPolicy.Fair, Scheduling.Policy);
        Scheduling.Policy = SchedulingPolicy.EqualTurns;
        try
        {
            Check.Equal(SchedulingPolicy.EqualTurns, Scheduling.Policy);
            double ratio = RatioOfTimes(CurrentThread.DefaultPriority, HalfWeight);
            Check.That(ratio is > 0.6 and < 1.6, $"the ratio of their times is {ratio:0.00}, not about 1");
            return $"{ratio:0.00} to 1 by equal turns";
        }
        finally
        {
            Scheduling.Policy = SchedulingPolicy.Fair;
        }
    }

    [GuestTest]
    public static void The_least_weight_does_not_starve()
    {
        bool done = false;
        var busy = new Thread[Environment.ProcessorCount + 1];
        for (int i = 0; i < busy.Length; i++)
        {
            busy[i] = new Thread(() => { while (!Volatile.Read(ref done)) { } });
            busy[i].Start();
        }

        int turns = 0;
        var least = new Thread(() =>
        {
            CurrentThread.SetPriority(CurrentThread.LowestPriority);
            for (; turns < 20; turns++)
                Thread.Yield();
            Volatile.Write(ref done, true);
        });
        least.Start();
        least.Join();
        foreach (Thread thread in busy)
            thread.Join();
        Check.Equal(20, turns);
    }

    [GuestTest]
    public static void A_policy_that_does_not_exist_is_refused()
    {
        Check.Throws<ArgumentOutOfRangeException>(() => Scheduling.Policy = (SchedulingPolicy)7);
        Check.Equal(SchedulingPolicy.Fair, Scheduling.Policy);
    }

    /// <summary>How much more time the first of two busy threads had, when both together had some.</summary>
    private static double RatioOfTimes(int first, int second)
    {
        bool stop = false;
        int[] ids = [-1, -1];
        Thread[] threads = [Busy(0, first), Busy(1, second)];
        TimeSpan one, other;
        do
        {
            Thread.Sleep(20);
            one = TimeOf(Volatile.Read(ref ids[0]));
            other = TimeOf(Volatile.Read(ref ids[1]));
        }
        while (one + other < s_measured);
        Volatile.Write(ref stop, true);
        foreach (Thread thread in threads)
            thread.Join();
        return one / other;

        Thread Busy(int index, int priority)
        {
            var thread = new Thread(() =>
            {
                CurrentThread.SetPriority(priority);
                Volatile.Write(ref ids[index], CurrentThread.Id);
                while (!Volatile.Read(ref stop))
                {
                }
            });
            thread.Start();
            return thread;
        }
    }

    private static TimeSpan TimeOf(int id) => Inspection.Threads().FirstOrDefault(t => t.Id == id).ProcessorTime;
}
