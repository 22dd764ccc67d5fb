using System.Collections.Concurrent;
using System.Threading.Channels;

namespace MicroLake.GuestTests.Suites;

[Area("Channels and Concurrent collections")]
public static class ConcurrentTests
{
    [GuestTest]
    public static async Task A_bounded_channel_passes_everything_in_order()
    {
        Channel<int> channel = Channel.CreateBounded<int>(8);
        Task writer = Task.Run(async () =>
        {
            for (int i = 0; i < 1000; i++)
                await channel.Writer.WriteAsync(i);
            channel.Writer.Complete();
        });
        var got = new List<int>();
        await foreach (int n in channel.Reader.ReadAllAsync())
            got.Add(n);
        await writer;
        Check.Sequence(Enumerable.Range(0, 1000), got);
    }

    [GuestTest]
    public static async Task An_unbounded_channel_with_many_writers_loses_nothing()
    {
        Channel<int> channel = Channel.CreateUnbounded<int>();
        Task[] writers = [.. Enumerable.Range(0, 5).Select(n => Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
                channel.Writer.TryWrite((n * 200) + i);
        }))];
        await Task.WhenAll(writers);
        channel.Writer.Complete();
        Check.Equal(1000, await channel.Reader.ReadAllAsync().Distinct().CountAsync());
    }

    [GuestTest]
    public static async Task A_failed_channel_gives_its_error_to_the_reader()
    {
        Channel<int> channel = Channel.CreateUnbounded<int>();
        channel.Writer.Complete(new InvalidOperationException("broken"));
        var e = await Check.ThrowsAsync<ChannelClosedException>(async () => await channel.Reader.ReadAsync());
        Check.Equal("broken", e.InnerException?.Message);
    }

    [GuestTest]
    public static void ConcurrentDictionary_under_contention()
    {
        var map = new ConcurrentDictionary<int, int>();
        Parallel.For(0, 5000, i => map.AddOrUpdate(i % 100, 1, (_, n) => n + 1));
        Check.Equal(100, map.Count);
        Check.That(map.Values.All(v => v == 50));
        Check.Equal(7, map.GetOrAdd(1000, 7));
        Check.That(map.TryRemove(1000, out int removed) && removed == 7);
    }

    [GuestTest]
    public static void ConcurrentQueue_and_Stack_lose_nothing()
    {
        var queue = new ConcurrentQueue<int>();
        var stack = new ConcurrentStack<int>();
        Parallel.For(0, 3000, i =>
        {
            queue.Enqueue(i);
            stack.Push(i);
        });
        Check.Sequence(Enumerable.Range(0, 3000), queue.Order());
        Check.Sequence(Enumerable.Range(0, 3000), stack.Order());
    }

    [GuestTest]
    public static void ConcurrentBag_gives_back_what_went_in()
    {
        var bag = new ConcurrentBag<int>();
        Parallel.For(0, 2000, bag.Add);
        long sum = 0;
        while (bag.TryTake(out int n))
            sum += n;
        Check.Equal(1999 * 2000 / 2, sum);
    }

    [GuestTest]
    public static void BlockingCollection_between_producers_and_consumers()
    {
        using var items = new BlockingCollection<int>(boundedCapacity: 16);
        long sum = 0;
        Thread[] consumers = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            foreach (int n in items.GetConsumingEnumerable())
                Interlocked.Add(ref sum, n);
        }))];
        foreach (Thread t in consumers)
            t.Start();
        for (int i = 1; i <= 1000; i++)
            items.Add(i);
        items.CompleteAdding();
        foreach (Thread t in consumers)
            t.Join();
        Check.Equal(500_500L, sum);
    }

    private static async IAsyncEnumerable<int> Distinct(this IAsyncEnumerable<int> source)
    {
        var seen = new HashSet<int>();
        await foreach (int n in source)
        {
            if (seen.Add(n))
                yield return n;
        }
    }

    private static async Task<int> CountAsync(this IAsyncEnumerable<int> source)
    {
        int count = 0;
        await foreach (int _ in source)
            count++;
        return count;
    }
}
