using MicroLake.Files;
using MicroLake.Storage;
using MicroLake.Storage.Decisions;
using Xunit;

namespace MicroLake.HostTests.Storage;

/// <summary>Which of the requests that wait for a disk goes next.</summary>
public sealed class RequestOrderTests
{
    private const int Patience = 30_000;

    private readonly FakeDisk _disk = FakeDisk.Formatted(16 << 20);

    [Fact]
    public void Reads_go_first_and_what_was_passed_over_often_goes_in_any_case()
    {
        var order = new ReadsFirst();
        Assert.Equal(2, order.Choose([Of(RequestKind.WriteBack), Of(RequestKind.Change), Of(RequestKind.Read), Of(RequestKind.Read)]));
        Assert.Equal(0, order.Choose([Of(RequestKind.Change), Of(RequestKind.Change)]));
        Assert.Equal(0, order.Choose([Of(RequestKind.WriteBack, ReadsFirst.MostPassed), Of(RequestKind.Read)]));
        Assert.Equal(1, order.Choose([Of(RequestKind.WriteBack, ReadsFirst.MostPassed - 1), Of(RequestKind.Read)]));
    }

    [Fact]
    public void A_read_goes_between_two_requests_of_a_write_back()
    {
        List<string> done = ReadWhileWriting(new ReadsFirst());
        int read = done.IndexOf("read");
        Assert.InRange(read, 1, 2);
        Assert.True(done.Count > read + 3, string.Join(' ', done));
    }

    [Fact]
    public void An_order_may_let_the_write_back_go_on()
    {
        List<string> done = ReadWhileWriting(new Order(static requests => 0));
        Assert.Equal(["flush", "write", "flush", "write", "read"], done[^5..]);
    }

    [Fact]
    public void An_answer_that_is_none_stands_for_the_first() => Assert.Equal("read", ReadWhileWriting(new Order(static requests => 7))[^1]);

    [Fact]
    public void Reads_do_not_keep_a_write_back_from_its_end()
    {
        // Whoever reads wants to read again at once, and the order would let it.
        var mounted = new MountedDisk(_disk, 8 << 20);
        Assert.Equal(Errno.None, mounted.Write("/d/a", new byte[4096]));
        Assert.Equal(Errno.None, mounted.Write("/d/b", new byte[200 << 12]));
        bool ends = false;
        Thread[] readers = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref ends))
                Read(mounted);
        }))];
        foreach (Thread reader in readers)
            reader.Start();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(Errno.None, mounted.Write("/d/b", new byte[200 << 12]));
            Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        }

        Volatile.Write(ref ends, true);
        Assert.All(readers, static r => Assert.True(r.Join(Patience)));
    }

    [Fact]
    public void Whatever_the_order_everybody_finds_what_he_wrote()
    {
        const int threads = 4, rounds = 120, pages = 24;
        var random = new Random(3);
        var mounted = new MountedDisk(_disk, 1 << 19);
        // Anything, what is not there included.
        mounted.FileSystem.Order = new Order(requests => random.Next(-1, requests.Length + 1));
        int wrong = 0;
        Thread[] users = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Use(i)))];
        foreach (Thread user in users)
            user.Start();
        Assert.All(users, static u => Assert.True(u.Join(Patience)));
        Assert.Equal(0, wrong);
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.Empty(DiskCheck.Run(_disk).Problems);

        void Use(int user)
        {
            var own = new Random(user);
            var files = new MountedDisk(mounted.FileSystem);
            byte[] content = [];
            for (int i = 0; i < rounds; i++)
            {
                Errno error = Errno.None;
                switch (own.Next(4))
                {
                    case 0:
                        content = new byte[own.Next(pages << 12)];
                        own.NextBytes(content);
                        error = files.Write($"/d/{user}", content);
                        break;
                    case 1:
                        error = mounted.FileSystem.Synchronize();
                        break;
                    default:
                        if (content.Length > 0 && (files.Read($"/d/{user}", out byte[] read) != Errno.None || !read.AsSpan().SequenceEqual(content)))
                            Interlocked.Increment(ref wrong);
                        break;
                }

                if (error != Errno.None)
                    Interlocked.Increment(ref wrong);
            }
        }
    }

    [Fact]
    public void A_module_ranks_what_waits_and_learns_how_long_it_waited()
    {
        var hooks = new Hooks();
        var order = new HookedRequestOrder(hooks);
        WaitingRequest[] requests =
        [
            new() { Kind = RequestKind.WriteBack, Pages = 70, WaitedNanoseconds = 5, Passed = 3 },
            new() { Kind = RequestKind.Read, File = 4, Page = 9, Pages = 2, WaitedNanoseconds = 800 },
        ];
        Assert.Equal(1, order.Choose(requests));
        Assert.Empty(hooks.Asked);
        hooks.Answer = 0;
        Assert.Equal(0, order.Choose(requests));
        Assert.Equal([2, 0, 0, 70, 5, 3, 2], hooks.Asked[..7]);
        Assert.Equal([0, 4, 9, 2, 800, 0, 2], hooks.Asked[IDiskHooks.CandidateFeatures..][..7]);
        Assert.Equal((1, 5L), (hooks.Heuristic, hooks.Outcome));
    }

    /// <summary>It is asked where the heuristic would let the process's request go: it may let another go first.</summary>
    [Fact]
    public void A_module_of_a_process_decides_when_that_process_has_its_turn()
    {
        var hooks = new Hooks { Scope = 5, Answer = 0 };
        var order = new HookedRequestOrder(hooks);
        WaitingRequest write = new() { Kind = RequestKind.Change, Client = 5, WaitedNanoseconds = 70 }, read = new() { Client = 6 };
        Assert.Equal(1, order.Choose([write, read]));
        Assert.Equal((0, 0L), (hooks.Asked.Length, hooks.Outcome));
        Assert.Equal(0, order.Choose([write with { Client = 6 }, read with { Client = 5 }]));
        Assert.Equal((1, 70L), (hooks.Heuristic, hooks.Outcome));
        Assert.Equal(1, order.Choose([write with { Client = 5 }, read with { Client = 0 }]));
        Assert.Equal(3u, ((IRequestOrder)order).Client);
    }

    /// <summary>Whom a request is for is asked by the thread that waits, not by the one whose turn ends.</summary>
    [Fact]
    public void Each_request_is_of_who_waits_for_it()
    {
        int own = Environment.CurrentManagedThreadId;
        var seen = new List<uint>();
        _ = ReadWhileWriting(new Order(requests =>
        {
            seen.AddRange(requests.Select(static r => r.Client));
            return 1;
        }));
        Assert.All(seen.Where(static (_, i) => i % 2 == 0), client => Assert.Equal((uint)own, client));
        uint reader = Assert.Single(seen.Where(static (_, i) => i % 2 != 0).Distinct());
        Assert.NotEqual((uint)own, reader);
    }

    private static WaitingRequest Of(RequestKind kind, int passed = 0) => new() { Kind = kind, Passed = passed };

    /// <summary>What is done, in its order, when a read of another file begins to wait during the first write of a state.</summary>
    private List<string> ReadWhileWriting(IRequestOrder order)
    {
        var mounted = new MountedDisk(_disk, 8 << 20);
        mounted.FileSystem.Order = order;
        Assert.Equal(Errno.None, mounted.Write("/d/a", new byte[4096]));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.Equal(Errno.None, mounted.Write("/d/b", new byte[300 << 12]));
        var done = new List<string>();
        Thread? reader = null;
        _disk.Fails = (kind, _) =>
        {
            if (kind is 'w' && reader is null)
            {
                reader = new Thread(() =>
                {
                    Read(mounted);
                    lock (done)
                        done.Add("read");
                });
                reader.Start();
                Assert.True(SpinWait.SpinUntil(() => mounted.FileSystem.Volume.Gate.Waiting == 1, Patience));
            }

            lock (done)
                done.Add(kind switch { 'w' => "write", 'f' => "flush", 'r' => "fetch", _ => "discard" });
            return false;
        };
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.True(reader!.Join(Patience));
        _ = done.RemoveAll(static d => d is "fetch" or "discard");
        return done;
    }

    private static void Read(MountedDisk mounted)
    {
        Assert.Equal(Errno.None, mounted.FileSystem.Root.Lookup("a", out Node? file));
        Assert.Equal(Errno.None, file!.Read(0, new byte[4096], out _));
    }

    private sealed class Order(Func<WaitingRequest[], int> choose) : IRequestOrder
    {
        public uint Client => (uint)Environment.CurrentManagedThreadId;

        public int Choose(ReadOnlySpan<WaitingRequest> requests) => choose(requests.ToArray());
    }

    private sealed class Hooks : IDiskHooks
    {
        public int? Answer { get; set; }

        public long[] Asked { get; private set; } = [];

        public int Heuristic { get; private set; }

        public long Outcome { get; private set; }

        public uint Scope { get; init; }

        public uint Client(DiskHook hook) => hook == DiskHook.Submit ? 3u : 0;

        public bool IsAttached(DiskHook hook, uint client = 0) => hook == DiskHook.Submit && Answer is not null && (Scope == 0 || client == Scope);

        public bool MayCount(DiskHook hook) => IsAttached(hook);

        public int Choose(DiskHook hook, ReadOnlySpan<long> features, int heuristic, out int own, Span<long> ranks = default, uint client = 0)
        {
            Assert.True(IsAttached(hook, client));
            (Asked, Heuristic) = (features.ToArray(), heuristic);
            return own = Answer!.Value;
        }

        public long PagesAhead(ReadOnlySpan<long> features, long heuristic, uint client) => heuristic;

        void IDiskHooks.Outcome(DiskHook hook, long value, long baseline, uint client) => Outcome = baseline < 0 && IsAttached(hook, client) ? value : -1;
    }
}
