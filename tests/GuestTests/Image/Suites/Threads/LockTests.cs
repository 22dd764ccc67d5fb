namespace MicroLake.GuestTests.Suites;

[Area("Monitor, Lock, SemaphoreSlim, events, Interlocked")]
public static class LockTests
{
    private const int Threads = 6;

    [GuestTest]
    public static void Monitor_under_contention_loses_no_increment()
    {
        object gate = new();
        int count = 0;
        Together(_ =>
        {
            for (int i = 0; i < 5000; i++)
            {
                lock (gate)
                    count++;
            }
        });
        Check.Equal(Threads * 5000, count);
    }

    [GuestTest]
    public static void The_Lock_type_under_contention_loses_no_increment()
    {
        var gate = new Lock();
        int count = 0;
        Together(_ =>
        {
            for (int i = 0; i < 5000; i++)
            {
                lock (gate)
                    count++;
            }
        });
        Check.Equal(Threads * 5000, count);
        Check.That(!gate.IsHeldByCurrentThread);
    }

    [GuestTest]
    public static void A_lock_may_be_entered_again_by_its_owner()
    {
        object gate = new();
        lock (gate)
        {
            lock (gate)
                Check.That(Monitor.IsEntered(gate));
            Check.That(Monitor.IsEntered(gate));
        }
        Check.Throws<SynchronizationLockException>(() => Monitor.Exit(gate));
    }

    [GuestTest]
    public static void Wait_and_Pulse_pass_items_in_order()
    {
        var queue = new Queue<int>();
        var got = new List<int>();
        var consumer = new Thread(() =>
        {
            while (true)
            {
                int item;
                lock (queue)
                {
                    while (queue.Count == 0)
                        Monitor.Wait(queue);
                    item = queue.Dequeue();
                }
                if (item < 0)
                    return;
                got.Add(item);
            }
        });
        consumer.Start();
        for (int i = 0; i < 500; i++)
            Put(i);
        Put(-1);
        consumer.Join();
        Check.Sequence(Enumerable.Range(0, 500), got);

        void Put(int item)
        {
            lock (queue)
            {
                queue.Enqueue(item);
                Monitor.Pulse(queue);
            }
        }
    }

    [GuestTest]
    public static void PulseAll_wakes_every_waiter()
    {
        object gate = new();
        bool open = false;
        int through = 0;
        Thread[] threads = [.. Enumerable.Range(0, 10).Select(_ => new Thread(() =>
        {
            lock (gate)
            {
                while (!open)
                    Monitor.Wait(gate);
                through++;
            }
        }))];
        foreach (Thread t in threads)
            t.Start();
        lock (gate)
        {
            open = true;
            Monitor.PulseAll(gate);
        }
        foreach (Thread t in threads)
            t.Join();
        Check.Equal(10, through);
    }

    [GuestTest]
    public static void Waits_with_a_limit_end()
    {
        object gate = new();
        lock (gate)
            Check.That(!Monitor.Wait(gate, 10));
        using var e = new AutoResetEvent(false);
        Check.That(!e.WaitOne(10));
        using var s = new SemaphoreSlim(0);
        Check.That(!s.Wait(10));
        using var m = new ManualResetEventSlim();
        Check.That(!m.Wait(10));
    }

    [GuestTest]
    public static void TryEnter_gives_up_when_another_holds_the_lock()
    {
        object gate = new();
        bool? entered = null;
        lock (gate)
        {
            var t = new Thread(() => entered = Monitor.TryEnter(gate, 20));
            t.Start();
            t.Join();
        }
        Check.Equal(false, entered);
    }

    [GuestTest]
    public static void SemaphoreSlim_lets_in_no_more_than_its_count()
    {
        using var semaphore = new SemaphoreSlim(3);
        int inside = 0, most = 0;
        Together(_ =>
        {
            for (int i = 0; i < 200; i++)
            {
                semaphore.Wait();
                int now = Interlocked.Increment(ref inside);
                InterlockedMax(ref most, now);
                Thread.Yield();
                Interlocked.Decrement(ref inside);
                semaphore.Release();
            }
        });
        Check.That(most is >= 1 and <= 3, $"{most} at once");
        Check.Equal(3, semaphore.CurrentCount);
    }

    [GuestTest]
    public static void AutoResetEvent_lets_one_through_for_each_Set()
    {
        using var ping = new AutoResetEvent(false);
        using var pong = new AutoResetEvent(false);
        int count = 0;
        var t = new Thread(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                ping.WaitOne();
                count++;
                pong.Set();
            }
        });
        t.Start();
        for (int i = 0; i < 500; i++)
        {
            ping.Set();
            pong.WaitOne();
            Check.Equal(i + 1, Volatile.Read(ref count));
        }
        t.Join();
    }

    [GuestTest]
    public static void WaitAny_and_WaitAll()
    {
        using var a = new ManualResetEvent(false);
        using var b = new ManualResetEvent(false);
        new Thread(() => b.Set()).Start();
        Check.Equal(1, WaitHandle.WaitAny([a, b]));
        new Thread(() => a.Set()).Start();
        Check.That(WaitHandle.WaitAll([a, b]));
    }

    [GuestTest]
    public static void Barrier_keeps_threads_in_step()
    {
        int[] phases = new int[4];
        int wrong = 0;
        using var barrier = new Barrier(4, b =>
        {
            if (phases.Any(p => p != b.CurrentPhaseNumber + 1))
                wrong++;
        });
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                phases[n]++;
                barrier.SignalAndWait();
            }
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        Check.Equal(0, wrong);
        Check.Equal(50L, barrier.CurrentPhaseNumber);
    }

    [GuestTest]
    public static void CountdownEvent_opens_at_zero()
    {
        using var down = new CountdownEvent(Threads);
        Together(_ => down.Signal());
        Check.That(down.Wait(0));
    }

    [GuestTest]
    public static void ReaderWriterLockSlim_keeps_writers_alone()
    {
        using var gate = new ReaderWriterLockSlim();
        int a = 0, b = 0, torn = 0;
        Together(n =>
        {
            for (int i = 0; i < 300; i++)
            {
                if (n < 2)
                {
                    gate.EnterWriteLock();
                    a++;
                    Thread.SpinWait(10);
                    b++;
                    gate.ExitWriteLock();
                }
                else
                {
                    gate.EnterReadLock();
                    if (a != b)
                        Interlocked.Increment(ref torn);
                    gate.ExitReadLock();
                }
            }
        });
        Check.Equal(0, torn);
        Check.Equal(600, a);
    }

    [GuestTest]
    public static void Mutex_belongs_to_its_thread()
    {
        using var mutex = new Mutex(initiallyOwned: true);
        Exception? thrown = null;
        var t = new Thread(() =>
        {
            try
            {
                mutex.ReleaseMutex();
            }
            catch (ApplicationException e)
            {
                thrown = e;
            }
        });
        t.Start();
        t.Join();
        Check.That(thrown is not null);
        mutex.ReleaseMutex();
    }

    [GuestTest]
    public static void Interlocked_operations_are_atomic()
    {
        int sum = 0;
        long big = 0;
        string? owner = null;
        int owners = 0;
        Together(n =>
        {
            for (int i = 0; i < 5000; i++)
            {
                Interlocked.Add(ref sum, n + 1);
                Interlocked.Increment(ref big);
            }
            if (Interlocked.CompareExchange(ref owner, $"thread {n}", null) is null)
                Interlocked.Increment(ref owners);
        });
        Check.Equal(5000 * (Threads * (Threads + 1) / 2), sum);
        Check.Equal(5000L * Threads, big);
        Check.Equal(1, owners);
    }

    [GuestTest]
    public static void SpinLock_excludes()
    {
        var spin = new SpinLock(enableThreadOwnerTracking: false);
        int count = 0;
        Together(_ =>
        {
            for (int i = 0; i < 1000; i++)
            {
                bool taken = false;
                spin.Enter(ref taken);
                count++;
                spin.Exit();
            }
        });
        Check.Equal(1000 * Threads, count);
    }

    [GuestTest]
    public static void A_static_constructor_runs_once()
    {
        int[] seen = new int[Threads];
        Together(n => seen[n] = Once.Value);
        Check.That(seen.All(v => v == 7));
        Check.Equal(1, Once.Runs);
    }

    private static class Once
    {
        public static readonly int Runs;
        public static readonly int Value;

        static Once()
        {
            Thread.Sleep(5);
            Runs++;
            Value = 7;
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            int was = Interlocked.CompareExchange(ref target, value, seen);
            if (was == seen)
                return;
            seen = was;
        }
    }

    private static void Together(Action<int> action)
    {
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(n => new Thread(() =>
        {
            try
            {
                action(n);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        if (failure is not null)
            throw new CheckException(failure.ToString());
    }
}
