using MicroLake.Abi;
using MicroLake.Nucleus.Memory;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Memory;

public sealed unsafe class RegionMapTests : IDisposable
{
    private const ulong Page = 4096;
    private const ulong Low = 0x6000_0000_0000;

    private static readonly List<NativeBuffer> s_pages = [];
    private static int s_pagesLeft;

    public RegionMapTests() => s_pagesLeft = int.MaxValue;

    public void Dispose()
    {
        s_pages.ForEach(p => p.Dispose());
        s_pages.Clear();
    }

    [Fact]
    public void Initialize_refuses_bad_bounds()
    {
        RegionMap map = default;
        Assert.Equal(Status.InvalidArgument, map.Initialize(Page, Page, &AllocatePage));
        Assert.Equal(Status.InvalidArgument, map.Initialize(2 * Page, Page, &AllocatePage));
        Assert.Equal(Status.InvalidArgument, map.Initialize(1, 2 * Page, &AllocatePage));
        Assert.Equal(Status.InvalidArgument, map.Initialize(Page, 2 * Page + 1, &AllocatePage));
        Assert.Equal(Status.InvalidArgument, map.Initialize(Page, 2 * Page, null));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        RegionMap map = Create(16);
        foreach ((ulong start, ulong length) in new[]
        {
            (Low, 0UL), (Low + 1, Page), (Low, Page + 1), (Low - Page, Page), (Low + 16 * Page, Page),
            (Low + 15 * Page, 2 * Page), (Low, ulong.MaxValue - Page + 1), (ulong.MaxValue - Page + 1, Page),
        })
        {
            Assert.Equal(Status.InvalidArgument, map.ReserveAt(start, length, 0, 0));
            Assert.Equal(Status.InvalidArgument, map.Protect(start, length, 0));
            Assert.Equal(Status.InvalidArgument, map.Remove(start, length));
        }
        foreach ((ulong length, ulong alignment) in new[] { (0UL, Page), (Page + 1, Page), (Page, 0UL), (Page, 2048UL), (Page, 3 * Page) })
        {
            Assert.Equal(Status.InvalidArgument, map.TryReserve(length, alignment, 0, 0, out ulong start));
            Assert.Equal(0UL, start);
        }
        Assert.Equal(0UL, map.RegionCount);
    }

    [Fact]
    public void Pages_for_nodes_have_a_limit()
    {
        RegionMap map = default;
        Assert.Equal(Status.Ok, map.Initialize(Low, Low + 1024 * Page, &AllocatePage, mostPages: 1));
        var status = Status.Ok;
        ulong at = Low;
        for (; status == Status.Ok; at += 2 * Page)
            status = map.ReserveAt(at, Page, 0, 1);
        Assert.Equal(Status.OutOfMemory, status);
        Assert.Equal(1UL, map.NodePages);

        // What needs no further node is still done.
        Assert.Equal(Status.Ok, map.Remove(Low, Page));
        Assert.Equal(Status.Ok, map.ReserveAt(at, Page, 0, 1));
    }

    [Fact]
    public void Reserve_takes_the_lowest_gap_that_fits()
    {
        RegionMap map = Create(16);
        Assert.Equal(Status.Ok, map.ReserveAt(Low + Page, Page, 0, 1));
        Assert.Equal(Status.Ok, map.ReserveAt(Low + 4 * Page, Page, 0, 1));
        Assert.Equal(Low + 2 * Page, Reserve(ref map, 2 * Page));
        Assert.Equal(Low, Reserve(ref map, Page));
        Assert.Equal(Low + 5 * Page, Reserve(ref map, 11 * Page));
        Assert.Equal(Status.NoAddressSpace, map.TryReserve(Page, Page, 0, 1, out _));
        Assert.Equal(0UL, map.LargestGap);
        Assert.Equal(16 * Page, map.ReservedBytes);
    }

    [Fact]
    public void Alignment_is_kept_and_huge_requests_fail_cleanly()
    {
        RegionMap map = Create(64);
        Reserve(ref map, Page);
        Assert.Equal(Status.Ok, map.TryReserve(Page, 16 * Page, 0, 1, out ulong start));
        Assert.Equal(0UL, start % (16 * Page));
        Assert.Equal(Status.NoAddressSpace, map.TryReserve(0x8000_0000_0000_0000, Page, 0, 1, out _));
        Assert.Equal(Status.NoAddressSpace, map.TryReserve(Page, 1UL << 63, 0, 1, out _));
        Assert.Equal(Status.NoAddressSpace, map.TryReserve(ulong.MaxValue - Page + 1, 1UL << 63, 0, 1, out _));
    }

    [Fact]
    public void An_aligned_range_is_found_in_a_gap_of_just_its_size()
    {
        RegionMap map = Create(16);
        Assert.Equal(Status.Ok, map.ReserveAt(Low, 4 * Page, 0, 1));
        Assert.Equal(Status.Ok, map.ReserveAt(Low + 8 * Page, 8 * Page, 0, 1));
        Assert.Equal(Status.Ok, map.TryReserve(4 * Page, 4 * Page, 0, 1, out ulong start));
        Assert.Equal(Low + 4 * Page, start);
    }

    [Fact]
    public void Neighbours_merge_only_when_alike()
    {
        RegionMap map = Create(16);
        map.ReserveAt(Low, Page, Protection.Read, 1);
        map.ReserveAt(Low + 2 * Page, Page, Protection.Read, 1);
        map.ReserveAt(Low + Page, Page, Protection.Read, 1);
        Assert.Equal(1UL, map.RegionCount);
        map.ReserveAt(Low + 3 * Page, Page, Protection.Read, 2);
        map.ReserveAt(Low + 4 * Page, Page, Protection.Write, 2);
        Assert.Equal(3UL, map.RegionCount);
    }

    [Fact]
    public void Protect_refuses_holes_and_changes_nothing()
    {
        RegionMap map = Create(16);
        map.ReserveAt(Low, 2 * Page, Protection.Read, 1);
        map.ReserveAt(Low + 3 * Page, 2 * Page, Protection.Read, 1);
        Assert.Equal(Status.NotReserved, map.Protect(Low, 5 * Page, Protection.Write));
        Assert.Equal(Status.NotReserved, map.Protect(Low + 4 * Page, 2 * Page, Protection.Write));
        Assert.Equal(Status.NotReserved, map.Protect(Low + 8 * Page, Page, Protection.Write));
        Assert.Equal(2UL, map.RegionCount);
        Assert.True(map.TryFind(Low, out Region region));
        Assert.Equal((Low, Low + 2 * Page, Protection.Read), (region.Start, region.End, region.Protection));
    }

    [Fact]
    public void Protect_splits_and_merges_back()
    {
        RegionMap map = Create(16);
        map.ReserveAt(Low, 16 * Page, Protection.None, 1);
        Assert.Equal(Status.Ok, map.Protect(Low + 4 * Page, 4 * Page, Protection.Read));
        Assert.Equal(3UL, map.RegionCount);
        Assert.Equal(Status.Ok, map.Protect(Low + 8 * Page, Page, Protection.Read));
        Assert.True(map.TryFind(Low + 8 * Page, out Region region));
        Assert.Equal((Low + 4 * Page, Low + 9 * Page), (region.Start, region.End));
        Assert.Equal(Status.Ok, map.Protect(Low, 16 * Page, Protection.None));
        Assert.Equal(1UL, map.RegionCount);
    }

    [Fact]
    public void Without_nodes_a_change_fails_and_nothing_is_half_applied()
    {
        RegionMap map = Create(4096);
        s_pagesLeft = 1;
        ulong position = Low;
        while (map.ReserveAt(position, 3 * Page, Protection.Read, 1) == Status.Ok)
            position += 4 * Page;
        ulong count = map.RegionCount;
        Assert.Equal(1UL, map.NodePages);
        Assert.InRange(count, 40UL, 200UL);

        List<Region> before = Regions(ref map);
        Assert.Equal(Status.OutOfMemory, map.TryReserve(Page, Page, 0, 1, out ulong start));
        Assert.Equal(0UL, start);
        Assert.Equal(Status.OutOfMemory, map.Protect(Low + Page, Page, Protection.Write));
        Assert.Equal(Status.OutOfMemory, map.Remove(Low + Page, 6 * Page));
        Assert.Equal(before, Regions(ref map));

        Assert.Equal(Status.Ok, map.Protect(Low, 3 * Page, Protection.Write));
        Assert.Equal(Status.Ok, map.Remove(Low, 7 * Page));
        Assert.Equal(count - 2, map.RegionCount);
        Assert.Equal(Status.Ok, map.Protect(Low + 9 * Page, Page, Protection.Write));
    }

    [Fact]
    public void Nodes_are_used_again()
    {
        RegionMap map = Create(4096);
        s_pagesLeft = 1;
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Equal(Status.Ok, map.ReserveAt(Low, 8 * Page, 0, 1));
            Assert.Equal(Status.Ok, map.Protect(Low + Page, Page, Protection.Read));
            Assert.Equal(Status.Ok, map.Remove(Low + 4 * Page, Page));
            Assert.Equal(Status.Ok, map.Remove(Low, 4096 * Page));
        }
        Assert.Equal(0UL, map.RegionCount);
        Assert.Equal(0UL, map.ReservedBytes);
        Assert.Equal(4096 * Page, map.LargestGap);
    }

    /// <summary>Rising and falling insertion make a plain tree a list; recursion along that would overflow this small stack.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_regions_in_order_need_no_deep_stack(bool rising)
    {
        const int Count = 100_000;
        Exception? failure = null;
        var thread = new System.Threading.Thread(
            () =>
            {
                try
                {
                    RegionMap map = Create(2 * Count);
                    for (int i = 0; i < Count; i++)
                        Assert.Equal(Status.Ok, map.ReserveAt(Low + (ulong)(rising ? i : Count - 1 - i) * 2 * Page, Page, 0, 1));
                    Assert.Equal((ulong)Count, map.RegionCount);
                    Assert.Equal(Low + Page, Reserve(ref map, Page));
                    Assert.Equal(Status.Ok, map.Remove(Low, 2 * Count * Page));
                    Assert.Equal(0UL, map.RegionCount);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public void Random_use_agrees_with_a_page_by_page_model(int seed, bool starved)
    {
        const int Pages = 400;
        var random = new Random(seed);
        RegionMap map = Create(Pages);
        var model = new Dictionary<int, (Protection Protection, uint Kind)>();
        for (int step = 0; step < 3000; step++)
        {
            if (starved)
                s_pagesLeft = random.Next(500) == 0 ? 1 : 0;
            int first = random.Next(Pages);
            int count = Math.Min(Pages - first, 1 + random.Next(random.Next(10) == 0 ? 200 : 12));
            var protection = (Protection)random.Next(3);
            uint kind = (uint)random.Next(2);
            ulong start = Low + (ulong)first * Page;
            ulong length = (ulong)count * Page;
            List<Region> before = Regions(ref map);
            Status status;
            switch (random.Next(5))
            {
                case 0:
                    int alignment = 1 << random.Next(4);
                    status = map.TryReserve(length, (ulong)alignment * Page, protection, kind, out ulong found);
                    int fit = FirstFit(model, Pages, count, alignment);
                    if (status == Status.OutOfMemory)
                        break;
                    Assert.Equal(fit < 0 ? Status.NoAddressSpace : Status.Ok, status);
                    if (fit < 0)
                        break;
                    first = (int)((found - Low) / Page);
                    Assert.Equal(0, first % alignment);
                    Assert.True(alignment > 1 || first == fit);
                    for (int p = first; p < first + count; p++)
                        model.Add(p, (protection, kind));
                    break;
                case 1:
                    status = map.ReserveAt(start, length, protection, kind);
                    bool free = !Enumerable.Range(first, count).Any(model.ContainsKey);
                    if (status == Status.OutOfMemory && free)
                        break;
                    Assert.Equal(free ? Status.Ok : Status.AlreadyReserved, status);
                    for (int p = first; free && p < first + count; p++)
                        model.Add(p, (protection, kind));
                    break;
                case 2 or 3:
                    status = map.Protect(start, length, protection);
                    bool whole = Enumerable.Range(first, count).All(model.ContainsKey);
                    if (status == Status.OutOfMemory && whole)
                        break;
                    Assert.Equal(whole ? Status.Ok : Status.NotReserved, status);
                    for (int p = first; whole && p < first + count; p++)
                        model[p] = (protection, model[p].Kind);
                    break;
                default:
                    status = map.Remove(start, length);
                    if (status == Status.OutOfMemory)
                        break;
                    Assert.Equal(Status.Ok, status);
                    for (int p = first; p < first + count; p++)
                        model.Remove(p);
                    break;
            }
            Assert.True(starved || status != Status.OutOfMemory);
            if (status != Status.Ok)
                Assert.Equal(before, Regions(ref map));
            Assert.Equal(ModelRegions(model, Pages), Regions(ref map));
            Assert.Equal((ulong)model.Count * Page, map.ReservedBytes);
            ulong probe = Low + (ulong)random.Next(Pages) * Page + 5;
            Assert.Equal(model.ContainsKey((int)((probe - Low) / Page)), map.TryFind(probe, out Region hit));
            Assert.True(!map.TryFind(probe, out hit) || (hit.Start <= probe && probe < hit.End));
        }
    }

    private static RegionMap Create(ulong pages)
    {
        RegionMap map = default;
        Assert.Equal(Status.Ok, map.Initialize(Low, Low + pages * Page, &AllocatePage));
        return map;
    }

    private static ulong Reserve(ref RegionMap map, ulong length)
    {
        Assert.Equal(Status.Ok, map.TryReserve(length, Page, 0, 1, out ulong start));
        return start;
    }

    private static List<Region> Regions(ref RegionMap map)
    {
        var regions = new List<Region>();
        for (ulong position = 0; map.TryFindNext(position, out Region region); position = region.End)
            regions.Add(region);
        Assert.Equal((ulong)regions.Count, map.RegionCount);
        return regions;
    }

    private static List<Region> ModelRegions(Dictionary<int, (Protection Protection, uint Kind)> model, int pages)
    {
        var regions = new List<Region>();
        for (int p = 0; p < pages; p++)
        {
            if (!model.TryGetValue(p, out (Protection Protection, uint Kind) state))
                continue;
            int end = p + 1;
            while (model.TryGetValue(end, out (Protection, uint) next) && next == state)
                end++;
            regions.Add(new Region { Start = Low + (ulong)p * Page, End = Low + (ulong)end * Page, Protection = state.Protection, Kind = state.Kind });
            p = end - 1;
        }
        return regions;
    }

    private static int FirstFit(Dictionary<int, (Protection, uint)> model, int pages, int count, int alignment)
    {
        for (int first = 0; first + count <= pages; first += alignment)
        {
            if (!Enumerable.Range(first, count).Any(model.ContainsKey))
                return first;
        }
        return -1;
    }

    private static byte* AllocatePage()
    {
        if (s_pagesLeft <= 0)
            return null;
        s_pagesLeft--;
        var page = new NativeBuffer(Page, fill: 0);
        s_pages.Add(page);
        return page.Pointer;
    }
}
