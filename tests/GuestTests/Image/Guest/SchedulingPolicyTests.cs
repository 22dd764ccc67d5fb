using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Hosting.Hooks;

namespace MicroLake.GuestTests.Guest;

/// <summary>Shares of processor time below the real-time priorities, by the nucleus's own accounts.</summary>
[Area("Shares of processor time (MicroLake.Hosting.Scheduling)")]
public static class SchedulingPolicyTests
{
    /// <summary>Three steps below the default: half its weight.</summary>
    private const int HalfWeight = CurrentThread.DefaultPriority - 3;

    private const int PickHook = 0;

    /// <summary>Nanoseconds.</summary>
    private const long Foreseen = 4_000_000_000;

    private static readonly TimeSpan s_measured = TimeSpan.FromMilliseconds(300);

    private static unsafe nint ForeseesSeconds => (nint)(delegate*<void*, long*, long>)&Foresee;

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

    /// <summary>What a thread runs while nobody else wants to is nobody's loss: the next one does not catch up with it first.</summary>
    [GuestTest]
    public static string One_that_ran_alone_shares_with_the_next()
    {
        if (Environment.ProcessorCount > 1)
            throw new SkipException("shares are certain on one processor only");
        var first = new BusyThread(CurrentThread.DefaultPriority);
        Thread.Sleep(s_measured * 3);
        TimeSpan alone = first.Time;
        var second = new BusyThread(CurrentThread.DefaultPriority);
        while (second.Time < s_measured)
            Thread.Sleep(5);
        TimeSpan shared = first.Time - alone;
        TimeSpan other = second.Time;
        first.End();
        second.End();
        // Whom the host stops is charged for it: a share far from half is none of the scheduler's yet.
        Check.That(shared > other / 6, $"the first had {shared.TotalMilliseconds:0} ms while the second had {other.TotalMilliseconds:0}");
        return $"{shared.TotalMilliseconds:0} ms beside {other.TotalMilliseconds:0}";
    }

    /// <summary>A new thread begins behind the one that made it, so they count like one that goes on.</summary>
    [GuestTest]
    public static string Threads_that_each_start_the_next_keep_nobody_waiting()
    {
        if (Environment.ProcessorCount > 1)
            throw new SkipException("shares are certain on one processor only");
        var busy = new BusyThread(CurrentThread.DefaultPriority);
        while (busy.Time == TimeSpan.Zero)
            Thread.Sleep(1);
        TimeSpan before = busy.Time;
        using var end = new ManualResetEventSlim();
        TimeSpan chain = TimeSpan.Zero;
        int steps = 0;
        Link();
        end.Wait();
        TimeSpan other = busy.Time - before;
        busy.End();
        Check.That(other > chain / 2, $"the busy one had {other.TotalMilliseconds:0} ms while the others had {chain.TotalMilliseconds:0}");
        return $"{other.TotalMilliseconds:0} ms beside {chain.TotalMilliseconds:0}";

        void Link() => new Thread(() =>
        {
            for (int i = 0; i < 1_000_000; i++)
                Volatile.Write(ref steps, i);
            chain += TimeOf(CurrentThread.Id);
            if (chain < s_measured * 3)
                Link();
            else
                end.Set();
        }).Start();
    }

    /// <summary>While everybody was foreseen to run for seconds the queue went on by as much; what computes is not as far behind afterwards.</summary>
    [GuestTest]
    public static string A_module_that_has_left_keeps_nobody_waiting()
    {
        if (Environment.ProcessorCount > 1)
            throw new SkipException("shares are certain on one processor only");
        BusyThread busy;
        KernelHooks.Attach(PickHook, UnlimitedModule.Create(Foreseen), ForeseesSeconds, new byte[64]);
        try
        {
            busy = new BusyThread(CurrentThread.DefaultPriority);
            while (busy.Time < s_measured / 10)
                Thread.Sleep(1);
        }
        finally
        {
            KernelHooks.Detach(PickHook);
        }

        TimeSpan before = busy.Time;
        for (int i = 0; i < 20; i++)
            Thread.Sleep(1);
        TimeSpan other = busy.Time - before;
        busy.End();
        Check.That(other.TotalMilliseconds < Foreseen / 4_000_000, $"20 short sleeps gave what computes {other.TotalMilliseconds:0} ms");
        return $"{other.TotalMilliseconds:0} ms";
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
        BusyThread one = new(first), other = new(second);
        do
            Thread.Sleep(20);
        while (one.Time + other.Time < s_measured);
        double ratio = one.Time / other.Time;
        one.End();
        other.End();
        return ratio;
    }

    private static TimeSpan TimeOf(int id) => Inspection.Threads().FirstOrDefault(t => t.Id == id).ProcessorTime;

    /// <summary>A thread that does nothing but run.</summary>
    private static unsafe long Foresee(void* state, long* features) => Foreseen;

    private sealed class BusyThread
    {
        private readonly Thread _thread;
        private int _id = -1;
        private bool _stop;

        public BusyThread(int priority)
        {
            _thread = new Thread(() =>
            {
                CurrentThread.SetPriority(priority);
                Volatile.Write(ref _id, CurrentThread.Id);
                while (!Volatile.Read(ref _stop))
                {
                }
            });
            _thread.Start();
        }

        /// <summary>The processor time that it has had.</summary>
        public TimeSpan Time => TimeOf(Volatile.Read(ref _id));

        public void End()
        {
            Volatile.Write(ref _stop, true);
            _thread.Join();
        }
    }
}
