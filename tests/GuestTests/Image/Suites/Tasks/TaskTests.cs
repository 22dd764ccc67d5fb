using System.Collections.Concurrent;

namespace MicroLake.GuestTests.Suites;

[Area("ThreadPool, Task, async/await, Parallel")]
public static class TaskTests
{
    [GuestTest]
    public static void QueueUserWorkItem_runs_every_item()
    {
        using var done = new CountdownEvent(200);
        int sum = 0;
        for (int i = 0; i < 200; i++)
        {
            ThreadPool.QueueUserWorkItem(n =>
            {
                Interlocked.Add(ref sum, n);
                done.Signal();
            }, i, preferLocal: false);
        }
        done.Wait();
        Check.Equal(199 * 200 / 2, sum);
    }

    [GuestTest]
    public static async Task Run_gives_results()
    {
        int[] results = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Task.Run(() => n * n)));
        Check.Sequence(Enumerable.Range(0, 50).Select(n => n * n), results);
    }

    [GuestTest]
    public static async Task Await_continues_after_Delay()
    {
        long before = Environment.TickCount64;
        await Task.Delay(20);
        Check.That(Environment.TickCount64 - before >= 19);
    }

    [GuestTest]
    public static async Task Async_recursion()
    {
        Check.Equal(5050, await Sum(100));

        static async Task<int> Sum(int n)
        {
            if (n == 0)
                return 0;
            await Task.Yield();
            return n + await Sum(n - 1);
        }
    }

    [GuestTest]
    public static async Task Exceptions_cross_await_with_their_trace()
    {
        var e = await Check.ThrowsAsync<InvalidOperationException>(Middle);
        Check.Equal("from a task", e.Message);
        Check.Contains(nameof(FailLater), e.StackTrace);

        static async Task Middle() => await FailLater();
    }

    [GuestTest]
    public static void Wait_wraps_exceptions_of_all_tasks()
    {
        Task[] tasks = [FailLater(), Task.Run(() => throw new NotSupportedException("second"))];
        var e = Check.Throws<AggregateException>(() => Task.WaitAll(tasks));
        Check.Sequence(["InvalidOperationException", "NotSupportedException"], e.InnerExceptions.Select(i => i.GetType().Name));
    }

    [GuestTest]
    public static async Task Finally_and_async_disposal_run()
    {
        var log = new List<string>();
        try
        {
            await using (new Closing(log))
            {
                await Task.Yield();
                throw new InvalidOperationException("x");
            }
        }
        catch (InvalidOperationException)
        {
            await Task.Yield();
            log.Add("catch");
        }
        finally
        {
            await Task.Yield();
            log.Add("finally");
        }
        Check.Sequence(["dispose", "catch", "finally"], log);
    }

    [GuestTest]
    public static async Task WhenAny_gives_the_first()
    {
        var never = new TaskCompletionSource();
        Task first = Task.Run(() => { });
        Check.That(await Task.WhenAny(never.Task, first) == first);
        never.SetCanceled();
    }

    [GuestTest]
    public static async Task TaskCompletionSource_completes_from_another_thread()
    {
        var source = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => source.SetResult("done")).Start();
        Check.Equal("done", await source.Task);
        Check.That(!source.TrySetResult("again"));
    }

    [GuestTest]
    public static async Task ContinueWith_and_Unwrap()
    {
        Task<int> chain = Task.Run(() => 20).ContinueWith(t => t.Result + 1).ContinueWith(t => Task.FromResult(t.Result * 2)).Unwrap();
        Check.Equal(42, await chain);
    }

    [GuestTest]
    public static void Parallel_For_covers_every_index_once()
    {
        int[] hits = new int[2000];
        ParallelLoopResult result = Parallel.For(0, hits.Length, i => Interlocked.Increment(ref hits[i]));
        Check.That(result.IsCompleted);
        Check.That(hits.All(h => h == 1));
    }

    [GuestTest]
    public static void Parallel_ForEach_with_local_state_adds_up()
    {
        long sum = 0;
        Parallel.ForEach(Enumerable.Range(1, 1000), () => 0L, (n, _, local) => local + n, local => Interlocked.Add(ref sum, local));
        Check.Equal(500_500L, sum);
    }

    [GuestTest]
    public static void Parallel_Invoke_and_its_exceptions()
    {
        int ran = 0;
        var e = Check.Throws<AggregateException>(() => Parallel.Invoke(
            () => Interlocked.Increment(ref ran), () => throw new InvalidOperationException("one"), () => Interlocked.Increment(ref ran)));
        Check.Equal(2, ran);
        Check.Equal("one", e.InnerExceptions.Single().Message);
    }

    [GuestTest]
    public static async Task Parallel_ForEachAsync()
    {
        var seen = new ConcurrentBag<int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), async (n, cancel) =>
        {
            await Task.Yield();
            seen.Add(n);
        });
        Check.Sequence(Enumerable.Range(0, 100), seen.Order());
    }

    [GuestTest]
    public static void Parallel_LINQ() =>
        Check.Equal(332_833_500L, Enumerable.Range(0, 1000).AsParallel().WithDegreeOfParallelism(4).Sum(n => (long)n * n));

    [GuestTest]
    public static async Task AsyncLocal_flows_into_tasks_and_not_out()
    {
        var local = new AsyncLocal<string> { Value = "outer" };
        string? inside = await Task.Run(async () =>
        {
            string? seen = local.Value;
            local.Value = "inner";
            await Task.Yield();
            return seen + local.Value;
        });
        Check.Equal("outerinner", inside);
        Check.Equal("outer", local.Value);
    }

    [GuestTest]
    public static async Task Async_streams()
    {
        var got = new List<int>();
        await foreach (int n in Count(10))
            got.Add(n);
        Check.Sequence(Enumerable.Range(0, 10), got);

        static async IAsyncEnumerable<int> Count(int n)
        {
            for (int i = 0; i < n; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }
    }

    [GuestTest]
    public static async Task Many_tasks_that_wait_for_each_other()
    {
        Task<int> last = Task.FromResult(0);
        for (int i = 0; i < 500; i++)
        {
            Task<int> before = last;
            last = Task.Run(async () => await before + 1);
        }
        Check.Equal(500, await last);
    }

    [GuestTest]
    public static void Blocking_work_does_not_starve_the_pool()
    {
        // Each blocked worker makes the pool start another.
        using var open = new ManualResetEventSlim();
        Task[] blocked = [.. Enumerable.Range(0, 6).Select(_ => Task.Run(open.Wait))];
        Task.Run(open.Set);
        Task.WaitAll(blocked);
        Check.That(ThreadPool.ThreadCount > 0);
    }

    [GuestTest]
    public static void Long_running_tasks_have_threads_of_their_own()
    {
        bool pool = true;
        Task.Factory.StartNew(
            () => pool = Thread.CurrentThread.IsThreadPoolThread, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .Wait();
        Check.That(!pool);
    }

    private static async Task FailLater()
    {
        await Task.Yield();
        throw new InvalidOperationException("from a task");
    }

    private sealed class Closing(List<string> log) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            log.Add("dispose");
        }
    }
}
