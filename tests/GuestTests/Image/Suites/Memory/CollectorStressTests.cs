namespace MicroLake.GuestTests.Suites;

[Area("GC: under stress, with many threads")]
public static class CollectorStressTests
{
    /// <summary>A tree whose nodes know the sum below them.</summary>
    private sealed class Tree
    {
        private readonly Tree? _left, _right;
        private readonly int[] _payload;
        private readonly long _sum;

        public Tree(int depth, int seed)
        {
            _payload = new int[1 + (seed & 7)];
            Array.Fill(_payload, seed);
            if (depth > 0)
            {
                _left = new Tree(depth - 1, (seed * 31) + 1);
                _right = new Tree(depth - 1, (seed * 31) + 2);
            }
            _sum = (_left?._sum ?? 0) + (_right?._sum ?? 0) + seed;
        }

        public long Sum()
        {
            long sum = (_left?.Sum() ?? 0) + (_right?.Sum() ?? 0) + _payload[^1];
            if (sum != _sum)
                throw new CheckException($"a tree of sum {_sum} adds up to {sum}");
            return sum;
        }
    }

    [GuestTest]
    public static string Six_threads_allocate_through_200_collections()
    {
        int collectionsBefore = GC.CollectionCount(0);
        var errors = new List<string>();
        bool stop = false;
        long trees = 0;
        Thread[] threads = [.. Enumerable.Range(1, 6).Select(n => new Thread(() =>
        {
            try
            {
                var kept = new Tree(6, n);
                long sum = kept.Sum();
                while (!Volatile.Read(ref stop))
                {
                    new Tree(4, n).Sum();
                    if (kept.Sum() != sum)
                        throw new CheckException("a kept tree changed");
                    Interlocked.Increment(ref trees);
                }
            }
            catch (Exception e)
            {
                lock (errors)
                    errors.Add(e.ToString());
            }
        }))];
        foreach (Thread t in threads)
            t.Start();
        for (int i = 0; i < 200; i++)
        {
            GC.Collect(i % 3);
            Thread.Yield();
        }
        Volatile.Write(ref stop, true);
        foreach (Thread t in threads)
            t.Join();
        Check.Sequence([], errors);
        int collections = GC.CollectionCount(0) - collectionsBefore;
        Check.That(collections >= 200, $"{collections} collections");
        Check.That(trees > 0);
        return "200 and more collections";
    }

    [GuestTest]
    public static void Collections_while_threads_sit_in_every_kind_of_wait()
    {
        using var quit = new ManualResetEventSlim();
        object gate = new();
        using var semaphore = new SemaphoreSlim(0);
        Thread[] waiting =
        [
            new(() => quit.Wait()),
            new(() => { lock (gate) { } }),
            new(() => semaphore.Wait()),
            new(() => { while (!quit.IsSet) Thread.Sleep(1); }),
            new(() => { while (!quit.IsSet) Thread.SpinWait(100); }),
        ];
        Monitor.Enter(gate);
        foreach (Thread t in waiting)
            t.Start();
        var list = new List<object>();
        for (int i = 0; i < 30; i++)
        {
            list.Add(new byte[1000 + i]);
            GC.Collect();
        }
        Monitor.Exit(gate);
        semaphore.Release();
        quit.Set();
        foreach (Thread t in waiting)
            t.Join();
        Check.Sequence(Enumerable.Range(1000, 30), list.Select(o => ((byte[])o).Length));
    }

    [GuestTest]
    public static void References_between_old_and_young_objects_hold()
    {
        // Old cards that point at young objects exercise the write barrier.
        object[] old = new object[1000];
        GC.Collect();
        GC.Collect();
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < old.Length; i++)
                old[i] = new[] { round, i };
            GC.Collect(0);
            for (int i = 0; i < old.Length; i++)
                Check.That(old[i] is int[] p && p[0] == round && p[1] == i, "an old object lost its young one");
        }
    }

    [GuestTest]
    public static void Strings_and_dictionaries_survive_collections()
    {
        var map = new Dictionary<string, string>();
        for (int i = 0; i < 5000; i++)
        {
            map[$"key {i}"] = string.Concat("value ", i.ToString());
            if (i % 500 == 0)
                GC.Collect(1);
        }
        for (int i = 0; i < 5000; i++)
            Check.Equal($"value {i}", map[$"key {i}"]);
    }

    [GuestTest]
    public static void Deep_recursion_is_walked_by_collections()
    {
        Check.Equal(3000 * 3001L / 2, Down(3000));

        static long Down(int n)
        {
            if (n == 0)
                return 0;
            object o = new long[] { n };
            if (n % 500 == 0)
                GC.Collect(0);
            long below = Down(n - 1);
            return below + ((long[])o)[0];
        }
    }
}
