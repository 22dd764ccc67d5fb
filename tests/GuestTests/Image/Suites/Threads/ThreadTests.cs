namespace MicroLake.GuestTests.Suites;

[Area("Thread, thread statics, Thread.Sleep")]
public static class ThreadTests
{
    [ThreadStatic]
    private static int t_value;

    [ThreadStatic]
    private static string? t_text;

    [GuestTest]
    public static void A_thread_runs_and_is_joined()
    {
        int result = 0;
        var thread = new Thread(() => result = 42) { Name = "answer" };
        Check.That(!thread.IsAlive);
        thread.Start();
        thread.Join();
        Check.Equal(42, result);
        Check.That(!thread.IsAlive);
        Check.Equal("answer", thread.Name);
    }

    [GuestTest]
    public static void A_thread_gets_its_argument_and_its_own_id()
    {
        object? seen = null;
        int id = 0;
        var thread = new Thread(o =>
        {
            seen = o;
            id = Environment.CurrentManagedThreadId;
        });
        thread.Start("hello");
        thread.Join();
        Check.Equal("hello", seen);
        Check.Equal(thread.ManagedThreadId, id);
        Check.That(id != Environment.CurrentManagedThreadId);
    }

    [GuestTest]
    public static string A_thousand_threads_one_after_the_other()
    {
        int count = 0;
        for (int i = 0; i < 1000; i++)
        {
            var thread = new Thread(() => count++);
            thread.Start();
            thread.Join();
        }
        Check.Equal(1000, count);
        return "1000 threads";
    }

    [GuestTest]
    public static string Sixty_four_threads_at_once()
    {
        using var all = new Barrier(64);
        int count = 0;
        Thread[] threads = [.. Enumerable.Range(0, 64).Select(_ => new Thread(() =>
        {
            all.SignalAndWait();
            Interlocked.Increment(ref count);
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        Check.Equal(64, count);
        return "64 threads at once";
    }

    [GuestTest]
    public static void Thread_statics_are_apart()
    {
        t_value = 1;
        t_text = "mine";
        int others = 0;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(n => new Thread(() =>
        {
            if (t_value == 0 && t_text is null)
                Interlocked.Increment(ref others);
            t_text = new string('x', n);
            for (int i = 0; i < 1000; i++)
                t_value += n;
            if (t_value == 1000 * n && t_text.Length == n)
                Interlocked.Increment(ref others);
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        Check.Equal(16, others);
        Check.Equal(1, t_value);
        Check.Equal("mine", t_text);
    }

    [GuestTest]
    public static void ThreadLocal_makes_one_value_for_each_thread()
    {
        using var local = new ThreadLocal<int>(() => Environment.CurrentManagedThreadId, trackAllValues: true);
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            if (local.Value != Environment.CurrentManagedThreadId)
                throw new CheckException("another thread's value");
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        Check.Equal(4, local.Values.Distinct().Count());
    }

    [GuestTest]
    public static void Sleep_lasts_at_least_as_long_as_it_says()
    {
        long before = System.Diagnostics.Stopwatch.GetTimestamp();
        Thread.Sleep(30);
        Check.That(System.Diagnostics.Stopwatch.GetElapsedTime(before) >= TimeSpan.FromMilliseconds(29.9));
        Thread.Sleep(0);
        Thread.Yield();
    }

    [GuestTest]
    public static void A_spinning_thread_does_not_keep_others_from_running()
    {
        bool stop = false;
        var spinner = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
            }
        });
        spinner.Start();
        int rounds = 0;
        for (int i = 0; i < 20; i++)
        {
            var t = new Thread(() => rounds++);
            t.Start();
            t.Join();
        }
        Volatile.Write(ref stop, true);
        spinner.Join();
        Check.Equal(20, rounds);
    }

    [GuestTest]
    public static void Interrupt_ends_a_sleep()
    {
        bool interrupted = false;
        var thread = new Thread(() =>
        {
            try
            {
                Thread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        });
        thread.Start();
        thread.Interrupt();
        thread.Join();
        Check.That(interrupted);
    }

    [GuestTest]
    public static void A_thread_may_ask_for_a_bigger_stack()
    {
        int depth = 0;
        var thread = new Thread(() => depth = Down(40_000), maxStackSize: 8 << 20);
        thread.Start();
        thread.Join();
        Check.Equal(40_000, depth);

        static int Down(int n) => n == 0 ? 0 : 1 + Down(Opaque(n) - 1);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static int Opaque(int n) => n;
    }

    [GuestTest]
    public static void Join_with_a_limit_tells_whether_the_thread_ended()
    {
        using var quit = new ManualResetEventSlim();
        var thread = new Thread(() => quit.Wait());
        thread.Start();
        Check.That(!thread.Join(10));
        quit.Set();
        thread.Join();
        Check.That(thread.Join(0));
    }

    [GuestTest]
    public static void Priorities_can_be_set_and_read()
    {
        using var quit = new ManualResetEventSlim();
        var thread = new Thread(() => quit.Wait()) { IsBackground = true, Priority = ThreadPriority.AboveNormal };
        thread.Start();
        Check.That(thread.IsBackground);
        Check.That(thread.IsAlive);
        quit.Set();
        thread.Join();
    }
}
