using MicroLake.Files;
using MicroLake.Storage;
using MicroLake.Storage.Decisions;
using Xunit;

namespace MicroLake.HostTests.Storage;

/// <summary>A page cache whose decisions modules take over.</summary>
public sealed class HookedPageCacheTests
{
    private const int CachePages = 64;

    private readonly Hooks _hooks = new();

    [Fact]
    public void Without_modules_the_heuristics_decide_and_nothing_is_counted()
    {
        MountedDisk mounted = Mount(pages: 100);
        ReadRounds(mounted, 3);
        Assert.Equal((0, 0, 0L, 0L), (_hooks.Choices, _hooks.Reads, _hooks.Missed, _hooks.Baseline));
        Assert.True(mounted.FileSystem.Statistics.Evictions > 0);
    }

    [Fact]
    public void A_module_that_keeps_what_was_used_last_wins_a_loop_and_the_heuristic_is_followed_beside()
    {
        // What a loop over more than the cache needs next is what was used longest ago: the youngest must go.
        _hooks.Rank = static features => -features[0];
        _hooks.Attached = DiskHook.Reclaim;
        MountedDisk mounted = Mount(pages: 100);
        ReadRounds(mounted, 20);
        Assert.True(_hooks.Choices > 100);
        // CLOCK reads every page again, round by round.
        Assert.InRange(_hooks.Baseline, 18 * 100, 21 * 100);
        Assert.True(_hooks.Missed * 3 < _hooks.Baseline * 2, $"{_hooks.Missed} of {_hooks.Outcomes} missed, CLOCK would have {_hooks.Baseline}");
        long read = PagesRead(mounted);
        Assert.True(read * 3 < _hooks.Baseline * 2, $"{read} read, CLOCK would have {_hooks.Baseline}");

        // Off its hook, the module is not asked any more.
        _hooks.Attached = null;
        int choices = _hooks.Choices;
        ReadRounds(mounted, 2);
        Assert.Equal(choices, _hooks.Choices);
    }

    [Fact]
    public void A_shadow_changes_nothing_and_what_it_would_gain_is_known()
    {
        MountedDisk without = Mount(pages: 100);
        ReadRounds(without, 20);
        _hooks.Rank = static features => -features[0];
        (_hooks.Attached, _hooks.Counts) = (DiskHook.Reclaim, false);
        MountedDisk mounted = Mount(pages: 100);
        ReadRounds(mounted, 20);
        Assert.Equal(PagesRead(without), PagesRead(mounted));
        Assert.True(_hooks.Missed * 3 < _hooks.Baseline * 2, $"{_hooks.Missed} would have been read, {_hooks.Baseline} by CLOCK");
    }

    [Fact]
    public void A_module_that_is_a_shadow_again_is_not_followed_even_if_it_only_agrees_from_then_on()
    {
        var history = new PageHistory(CachePages, _hooks);
        int number = 0;
        void Use()
        {
            for (int end = number + 200; number < end; number++)
            {
                _ = history.Use(new() { File = 3, Page = number, Uses = 1, Cached = new Page(number) }, CachePages);
                history.Left(new() { File = 3, Page = number - CachePages });
            }
        }

        _hooks.Rank = static features => -features[0];
        Use();
        Assert.True(history.IsFollowed);
        (_hooks.Rank, _hooks.Counts) = (null, false);
        Assert.False(history.IsFollowed);
        Use();
        Assert.False(history.IsFollowed);
        Assert.Null(history.Superfluous(2 * CachePages));
    }

    [Fact]
    public void The_heuristic_that_is_followed_does_what_the_heuristic_does()
    {
        // The heuristic decides here and beside: what it has and what it would have are the same, but for the pages that hold pointers.
        _hooks.Attached = DiskHook.Reclaim;
        MountedDisk mounted = Mount(pages: 200);
        ReadAtRandom(mounted);
        Assert.InRange(PagesRead(mounted), _hooks.Baseline * 0.95, _hooks.Baseline * 1.03);
        Assert.InRange(_hooks.Baseline, _hooks.Outcomes / 10, _hooks.Outcomes / 2);
    }

    [Fact]
    public void A_module_that_lets_the_hottest_go_is_counted_and_not_followed_for_long()
    {
        _hooks.Rank = static features => features[5] * 100 - features[0];
        _hooks.Attached = DiskHook.Reclaim;
        MountedDisk mounted = Mount(pages: 200);
        ReadAtRandom(mounted);
        Assert.True(_hooks.Missed * 10 > _hooks.Baseline * 13, $"{_hooks.Missed} would have been read, {_hooks.Baseline} by CLOCK");
        Assert.InRange(PagesRead(mounted), 0, _hooks.Baseline * 1.1);
    }

    [Fact]
    public void What_leaves_is_here_and_not_changed()
    {
        _hooks.Rank = static features => features[0];
        var history = new PageHistory(CachePages, _hooks);
        var pages = new Page?[400];
        var random = new Random(3);
        int here = 0, left = 0;
        for (int i = 0; i < 20_000; i++)
        {
            int number = random.Next(random.Next(1, pages.Length));
            while (here >= CachePages && history.Superfluous(here) is Page page)
            {
                Assert.True(page.CanLeave && pages[page.Number] == page);
                Leave(page.Number);
                left++;
            }

            if (pages[number] is null)
                here++;
            // Some hold changes for a while.
            (pages[number] ??= new(number)).CanLeave = random.Next(8) > 0;
            _ = history.Use(Describe(number), CachePages);
            if (random.Next(50) == 0 && pages[number] is not null)
                Leave(number);
        }

        Assert.True(left > 1000);

        void Leave(int number)
        {
            history.Left(Describe(number));
            pages[number] = null;
            here--;
        }

        ReclaimCandidate Describe(int number) => new() { File = 3, Page = number, Uses = 1, Cached = pages[number] };
    }

    /// <summary>Copying a file beside a module took a hundred times as long: pages that hold changes were tried again and again, and then all others.</summary>
    [Fact]
    public void Pages_that_hold_changes_for_long_hide_no_other_and_leave_when_they_can()
    {
        const int changed = 12;
        var history = new PageHistory(CachePages, _hooks);
        var pages = new Dictionary<int, Page>();
        // It counts from when it says anything else than CLOCK.
        _hooks.Rank = static features => -features[0];
        for (int number = -200; number < 0; number++)
            Use(number, canLeave: true);
        _hooks.Rank = static features => features[0];
        Assert.True(history.IsFollowed);
        for (int number = 0; number < 2000; number++)
            Use(number, canLeave: number >= changed);
        Assert.All(Enumerable.Range(0, changed), number => Assert.True(pages.ContainsKey(number)));

        foreach (Page page in pages.Values)
            page.CanLeave = true;
        for (int number = 2000; number < 2000 + changed; number++)
            Use(number, canLeave: true);
        Assert.All(Enumerable.Range(0, changed), number => Assert.False(pages.ContainsKey(number)));

        void Use(int number, bool canLeave)
        {
            if (pages.Count == CachePages)
            {
                var page = history.Superfluous(pages.Count) as Page;
                Assert.Equal(history.IsFollowed, page is not null);
                int leaves = page?.Number ?? pages.Keys.First();
                history.Left(Describe(leaves));
                pages.Remove(leaves);
            }

            pages[number] = new(number) { CanLeave = canLeave };
            _ = history.Use(Describe(number), CachePages);
        }

        ReclaimCandidate Describe(int number) => new() { File = 3, Page = number, Uses = 1, Cached = pages[number] };
    }

    /// <summary>Changed pages were taken for pages that nobody uses, and what had been read ahead of a copy left before it was copied.</summary>
    [Fact]
    public void Copying_uses_what_was_read_ahead()
    {
        const int pages = 500, cache = 256;
        _hooks.Rank = static features => -features[0];
        _hooks.Attached = DiskHook.Reclaim;
        var disk = FakeDisk.Formatted(8 << 20);
        MountedDisk first = new(disk);
        Assert.Equal(Errno.None, first.Write("/d/file", new byte[pages << 12]));
        Assert.Equal(Errno.None, first.FileSystem.Synchronize());
        MountedDisk mounted = new(disk, cache << 12, new HookedPageCache(_hooks));
        ReadRounds(mounted, 2);
        long before = PagesRead(mounted);

        Assert.Equal(Errno.None, mounted.Files.Open("/d/file", OpenFlags.ReadOnly, 0, out int from));
        Assert.Equal(Errno.None, mounted.Files.Open("/d/copy", OpenFlags.WriteOnly | OpenFlags.Create, 0x1B6, out int to));
        byte[] buffer = new byte[16 << 12];
        for (long at = 0; at < pages << 12; at += buffer.Length)
        {
            Assert.Equal(Errno.None, mounted.Files.ReadAt(from, at, buffer, out int count));
            Assert.Equal(Errno.None, mounted.Files.WriteAt(to, at, buffer.AsSpan(0, count), out _));
        }

        Assert.InRange(PagesRead(mounted) - before, pages / 4, pages * 5 / 4);
    }

    [Fact]
    public void Where_all_pages_are_used_few_are_looked_at_for_one_that_is_not()
    {
        (_hooks.Rank, _hooks.Attached) = (static features => features[0], DiskHook.Reclaim);
        var cache = new HookedPageCache(_hooks);
        var pages = new ReclaimCandidate[8];
        for (int i = 0; i < 200; i++)
            cache.Used(Describe(i), CachePages);
        for (int i = 0; i < pages.Length; i++)
            pages[i] = Describe(i + 190);
        _ = cache.Superfluous(1000);
        int shown = 0;
        while (shown < 1000 && cache.Choose(pages) < 0)
            shown++;
        Assert.InRange(shown, 1, 32);
        _ = cache.Superfluous(200);
        Assert.True(cache.Choose(pages) >= 0);

        static ReclaimCandidate Describe(int number) => new() { File = 3, Page = number, Uses = 1, Cached = new Page(number) };
    }

    /// <summary>On a small machine a use of a page found no memory for more of the history, and the read failed.</summary>
    [Fact]
    public void The_history_takes_its_memory_when_it_begins()
    {
        const int limit = 4000;
        _hooks.Attached = DiskHook.Reclaim;
        var pages = new HookedPageCache(_hooks);
        pages.Used(new ReclaimCandidate { Page = 0 }, limit);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int page = 1; page < 5 * limit; page++)
            pages.Used(new ReclaimCandidate { Page = page }, limit);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void A_module_says_how_much_is_read_ahead()
    {
        _hooks.Attached = DiskHook.Prefetch;
        _hooks.Ahead = static features => features[4] == 1 ? 7 : 0;
        MountedDisk mounted = Mount(pages: 60);
        Assert.Equal(Errno.None, mounted.Files.Open("/d/file", OpenFlags.ReadOnly, 0, out int fd));
        byte[] buffer = new byte[4096];
        foreach (int page in (int[])[20, 21, 22, 40])
            Assert.Equal(Errno.None, mounted.Files.ReadAt(fd, (long)page << 12, buffer, out _));
        // From 20 to 21 is one step, and what comes after was read ahead then.
        Assert.Equal(3, _hooks.Reads);
        Assert.Equal(7, mounted.FileSystem.Statistics.Ahead);
        Assert.Equal([40, 1, 60, 0, 18, 1, 1], _hooks.LastRead);
    }

    [Fact]
    public void A_module_for_one_process_decides_what_is_read_ahead_for_it_alone()
    {
        const uint scope = 7, other = 8;
        _hooks.Attached = DiskHook.Prefetch;
        _hooks.Ahead = static _ => 0;
        (_hooks.Scope, _hooks.Reader) = (scope, other);
        MountedDisk mounted = Mount(pages: 60);
        Assert.Equal(Errno.None, mounted.Read("/d/file", out _));
        Assert.Equal((0, 0L), (_hooks.Reads, _hooks.Outcomes));
        long ahead = mounted.FileSystem.Statistics.Ahead;
        Assert.True(ahead > 0);

        mounted = Mount(pages: 60);
        _hooks.Reader = scope;
        Assert.Equal(Errno.None, mounted.Read("/d/file", out _));
        Assert.Equal(0, mounted.FileSystem.Statistics.Ahead);
        Assert.True(_hooks.Reads > 0);
        Assert.InRange(_hooks.Outcomes, 60, 200);
        Assert.Equal(0, _hooks.Wrong);
    }

    /// <summary>The page with a file's pointers is used beside each of its pages: it is not what the program does.</summary>
    [Fact]
    public void Uses_in_quick_succession_are_one()
    {
        const int capacity = 1000, recentFirstUses = 14;
        var shares = new List<long>();
        _hooks.Rank = features =>
        {
            shares.Add(features[recentFirstUses]);
            return features[0];
        };
        var history = new PageHistory(capacity, _hooks);
        var pointers = new Page(-1);
        for (int i = 0; i < 3 * capacity; i++)
        {
            _ = history.Use(new() { File = 2, Page = 0, Level = 1, Uses = i, Cached = pointers }, capacity);
            Assert.Equal((false, false), history.Use(new() { File = 2, Page = i, Cached = new Page(i) }, capacity));
        }

        // Shares are counted in parts of 256.
        Assert.InRange(shares.Min(), 230, 256);
    }

    [Fact]
    public void Pages_that_come_and_go_for_ever_take_no_more_memory()
    {
        _hooks.Rank = static features => features[0];
        var history = new PageHistory(64, _hooks);
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
            _ = history.Use(new() { File = 2, Page = random.Next(100_000), Uses = i & 1 }, 64);

        Assert.InRange(history.Objects, 64, 256);
    }

    private MountedDisk Mount(int pages)
    {
        var disk = FakeDisk.Formatted(8 << 20);
        MountedDisk first = new(disk);
        Assert.Equal(Errno.None, first.Write("/d/file", new byte[pages << 12]));
        Assert.Equal(Errno.None, first.FileSystem.Synchronize());
        return new(disk, CachePages << 12, new HookedPageCache(_hooks));
    }

    private static long PagesRead(MountedDisk mounted) => mounted.FileSystem.Statistics.Misses + mounted.FileSystem.Statistics.Ahead;

    /// <summary>Some pages are used much more than others.</summary>
    private static void ReadAtRandom(MountedDisk mounted)
    {
        var random = new Random(5);
        Assert.Equal(Errno.None, mounted.Files.Open("/d/file", OpenFlags.ReadOnly, 0, out int fd));
        byte[] buffer = new byte[4096];
        for (int i = 0; i < 5000; i++)
        {
            long page = (long)(200 * Math.Pow(random.NextDouble(), 3));
            Assert.Equal(Errno.None, mounted.Files.ReadAt(fd, page << 12, buffer, out _));
        }
    }

    private void ReadRounds(MountedDisk mounted, int rounds)
    {
        for (int i = 0; i < rounds; i++)
            Assert.Equal(Errno.None, mounted.Read("/d/file", out _));
        Assert.Equal(0, _hooks.Wrong);
    }

    private sealed class Page(int number) : ICachedPage
    {
        public int Number => number;

        public bool CanLeave { get; set; }
    }

    private sealed class Hooks : IDiskHooks
    {
        public DiskHook? Attached { get; set; }

        /// <summary>Null: as the heuristic does.</summary>
        public Func<long[], long>? Rank { get; set; }

        public Func<long[], long>? Ahead { get; set; }

        public int Choices { get; private set; }

        public int Reads { get; private set; }

        public long[] LastRead { get; private set; } = [];

        public long Outcomes { get; private set; }

        public long Missed { get; private set; }

        public long Baseline { get; private set; }

        public int Wrong { get; private set; }

        /// <summary>Who reads, and for whom the module is there.</summary>
        public uint Reader { get; set; }

        /// <inheritdoc cref="Reader"/>
        public uint Scope { get; set; }

        public uint Client(DiskHook hook) => Reader;

        public bool IsAttached(DiskHook hook, uint client = 0) => Attached == hook && (Scope == 0 || client == Scope);

        /// <summary>Whether what the module says counts.</summary>
        public bool Counts { get; set; } = true;

        public bool MayCount(DiskHook hook) => Counts;

        public int Choose(DiskHook hook, ReadOnlySpan<long> features, int heuristic, out int own, Span<long> ranks = default, uint client = 0)
        {
            Choices++;
            own = heuristic;
            if (Rank is null)
                return heuristic;
            own = 0;
            for (int i = 0; i < ranks.Length; i++)
            {
                ranks[i] = Rank(features.Slice(i * IDiskHooks.CandidateFeatures, HookedPageCache.FeaturesEach).ToArray());
                own = ranks[i] > ranks[own] ? i : own;
            }

            return Counts ? own : heuristic;
        }

        public long PagesAhead(ReadOnlySpan<long> features, long heuristic, uint client)
        {
            Reads++;
            LastRead = features.ToArray();
            return Ahead!(LastRead);
        }

        public void Outcome(DiskHook hook, long value, long baseline, uint client = 0)
        {
            if (hook != Attached || value is not (0 or HookedPageCache.Miss) || (baseline < 0) != (hook == DiskHook.Prefetch)
                || client != (hook == DiskHook.Prefetch ? Reader : 0))
                Wrong++;
            Outcomes++;
            Missed += value / HookedPageCache.Miss;
            Baseline += baseline > 0 ? 1 : 0;
        }
    }
}
