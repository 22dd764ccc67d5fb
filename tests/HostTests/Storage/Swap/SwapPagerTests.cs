using MicroLake.Storage.Swap;
using Xunit;

namespace MicroLake.HostTests.Storage.Swap;

public sealed class SwapPagerTests : IDisposable
{
    private const int Slots = 512;
    private const int Frames = 60;
    private const int PagesOfProcess = 60;

    private readonly MemoryDisk _disk = new(Slots * SwapFormat.PageBytes);
    private readonly FakeSwapMemory _memory = new(Slots, Frames, PagesOfProcess, touches: 20_000);
    private readonly List<string> _log = [];

    public SwapPagerTests() => SwapFormat.Create(_disk);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Processes_with_three_times_the_frames_find_what_they_wrote()
    {
        Run();
        Assert.Empty(_memory.Ended);
        Assert.Empty(_log);
        Assert.True(_memory.PagesOut > 1000, $"{_memory.PagesOut}");
        Assert.True(_memory.WasDrained);
        Assert.Equal(0ul, _memory.UsedSlots);
    }

    [Fact]
    public void A_page_that_cannot_be_read_ends_its_process_alone()
    {
        const int sick = 40;
        SwapPager pager = NewPager();
        _disk.Fails = static (kind, page, pages) => kind == 'r' && page <= sick && sick < page + pages;
        _memory.Run(pager);
        (uint _, string reason) = Assert.Single(_memory.Ended.Take(1));
        Assert.Contains("cannot be had: disk0: r of sector 320 failed", reason, StringComparison.Ordinal);
        Assert.All(_memory.Ended.Values, r => Assert.Contains("sector 320", r, StringComparison.Ordinal));
        Assert.True(_memory.WasDrained);
        Assert.Equal(0ul, _memory.UsedSlots);
    }

    [Fact]
    public void What_is_not_what_was_written_ends_its_process()
    {
        SwapPager pager = NewPager();
        bool isChanged = false;
        _disk.Fails = (kind, page, _) =>
        {
            if (kind == 'r' && !isChanged)
            {
                isChanged = true;
                _disk.Image[page * SwapFormat.PageBytes + 100] ^= 1;
            }

            return false;
        };
        _memory.Run(pager);
        string reason = Assert.Single(_memory.Ended.Values);
        Assert.Contains("does not hold what was written there", reason, StringComparison.Ordinal);
        Assert.True(_memory.WasDrained);
    }

    [Fact]
    public void Places_that_cannot_be_written_are_left_out()
    {
        SwapPager pager = NewPager();
        _disk.Fails = static (kind, page, pages) => kind == 'w' && page <= 30 && 30 < page + pages;
        _memory.Run(pager);
        Assert.Empty(_memory.Ended);
        Assert.Null(pager.Failure);
        Assert.Single(_log);
        Assert.True(_memory.WasDrained);
        Assert.Equal(0ul, _memory.UsedSlots);
    }

    [Fact]
    public void A_disk_that_takes_no_writes_any_more_loses_nothing_that_is_in_memory()
    {
        SwapPager pager = NewPager();
        int writes = 0;
        _disk.Fails = (kind, _, _) => kind == 'w' && ++writes > 50;
        _memory.Run(pager);
        Assert.NotNull(pager.Failure);
        Assert.True(_memory.PromisesEnded);
        // Who needs more than there is ends; the others find what they wrote.
        Assert.All(_memory.Ended.Values, reason => Assert.Contains("disk0: w of sector", reason, StringComparison.Ordinal));
        Assert.InRange(_memory.Ended.Count, 1, 2);
    }

    [Fact]
    public void A_full_disk_ends_nobody_who_has_room()
    {
        using var memory = new FakeSwapMemory(slots: 130, Frames, PagesOfProcess, touches: 20_000);
        var pager = new SwapPager(memory, new SwapDisk(_disk), new ClockVictims(), _log.Add);
        memory.Run(pager);
        Assert.Empty(memory.Ended);
    }

    [Fact]
    public void A_page_that_was_used_gets_a_second_chance()
    {
        var clock = new ClockVictims();
        Assert.False(clock.Leaves(1, new SwapCandidate(4096, WasUsed: true)));
        Assert.True(clock.Leaves(1, new SwapCandidate(4096, WasUsed: false)));
    }

    private SwapPager NewPager() => new(_memory, new SwapDisk(_disk), new ClockVictims(), _log.Add);

    private void Run() => _memory.Run(NewPager());
}
