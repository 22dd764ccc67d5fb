namespace MicroLake.GuestTests.Suites;

[Area("CancellationToken, Timer, PeriodicTimer")]
public static class CancellationTests
{
    [GuestTest]
    public static async Task Cancel_ends_a_delay()
    {
        using var source = new CancellationTokenSource();
        Task delay = Task.Delay(Timeout.Infinite, source.Token);
        await source.CancelAsync();
        await Check.ThrowsAsync<TaskCanceledException>(() => delay);
        Check.That(delay.IsCanceled);
    }

    [GuestTest]
    public static void Cancel_ends_a_blocking_wait()
    {
        using var source = new CancellationTokenSource();
        using var never = new ManualResetEventSlim();
        new Thread(source.Cancel).Start();
        Check.Throws<OperationCanceledException>(() => never.Wait(source.Token));
    }

    [GuestTest]
    public static async Task CancelAfter_fires()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(10));
        await Check.ThrowsAsync<TaskCanceledException>(() => Task.Delay(Timeout.Infinite, source.Token));
    }

    [GuestTest]
    public static void Registrations_run_once_and_linked_tokens_follow()
    {
        using var source = new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(source.Token, CancellationToken.None);
        int calls = 0;
        linked.Token.Register(() => calls++);
        source.Cancel();
        source.Cancel();
        Check.Equal(1, calls);
        Check.Throws<OperationCanceledException>(linked.Token.ThrowIfCancellationRequested);
    }

    [GuestTest]
    public static void A_timer_ticks_again_and_again()
    {
        // A last tick may still run, or two at once, when the timer is disposed of.
        int ticks = 0;
        using var fifth = new SemaphoreSlim(0);
        using (var ended = new ManualResetEvent(false))
        {
            var timer = new Timer(_ =>
            {
                if (Interlocked.Increment(ref ticks) == 5)
                    fifth.Release();
            }, null, 1, 2);
            fifth.Wait();
            timer.Dispose(ended);
            ended.WaitOne();
        }

        Check.That(ticks >= 5);
    }

    [GuestTest]
    public static void Timers_fire_in_the_order_of_their_due_times()
    {
        // Far enough apart that a loaded machine's late callbacks do not change places.
        var order = new List<int>();
        using var all = new CountdownEvent(4);
        var timers = new List<Timer>();
        foreach (int n in (int[])[3, 1, 4, 2])
        {
            timers.Add(new Timer(_ =>
            {
                lock (order)
                    order.Add(n);
                all.Signal();
            }, null, n * 400, Timeout.Infinite));
        }
        all.Wait();
        Check.Sequence([1, 2, 3, 4], order);
        timers.ForEach(t => t.Dispose());
    }

    [GuestTest]
    public static void A_changed_timer_keeps_its_new_time()
    {
        using var fired = new ManualResetEventSlim();
        using var timer = new Timer(_ => fired.Set(), null, Timeout.Infinite, Timeout.Infinite);
        Check.That(!fired.Wait(20));
        timer.Change(1, Timeout.Infinite);
        fired.Wait();
    }

    [GuestTest]
    public static async Task PeriodicTimer_gives_ticks_until_disposed()
    {
        var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (int i = 0; i < 3; i++)
            Check.That(await timer.WaitForNextTickAsync());
        timer.Dispose();
        Check.That(!await timer.WaitForNextTickAsync());
    }

    [GuestTest]
    public static void Sleepers_wake_in_the_order_of_their_times()
    {
        var order = new List<int>();
        Thread[] threads = [.. ((int[])[3, 1, 2]).Select(n => new Thread(() =>
        {
            Thread.Sleep(n * 400);
            lock (order)
                order.Add(n);
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        Check.Sequence([1, 2, 3], order);
    }
}
