using System.Buffers.Binary;
using MicroLake.HostTests.Nucleus;
using MicroLake.Nucleus.Paging;
using MicroLake.Storage.Swap;
using Xunit;

namespace MicroLake.HostTests.Storage.Swap;

/// <summary>
/// Processes that touch their pages at random, a few frames for all of them, and what the nucleus does. Everything is done by the pager's one thread: while it waits, and wherever
/// processes could run between its steps. Each page is held to what was last written to it.
/// </summary>
internal sealed unsafe class FakeSwapMemory : SwapMemory, IDisposable
{
    private const int Processes = 3;
    private const ulong FirstPage = 0x10000;

    private readonly Random _random = new(1);
    private readonly NativeBuffer _words;
    private readonly Page[][] _pages;
    private readonly int _frames;
    private readonly ManualResetEventSlim _woken = new();
    private SlotMap _slots;
    private int _claimed;
    private int _touches;
    private (int Process, int Page)? _waiting;
    private SwapPager? _pager;
    private bool _hasEnded;
    private Task<bool>? _drain;

    private sealed class Page
    {
        public byte[]? Frame;
        public long Slot;
        public bool IsLeaving;
        public bool WasUsed;
        public ulong Stamp;
    }

    public FakeSwapMemory(long slots, int frames, int pagesOfProcess, int touches)
    {
        _words = new NativeBuffer(SlotMap.MapBytes((ulong)slots));
        _slots.Initialize((ulong*)_words.Pointer, (ulong)slots);
        _frames = frames;
        _touches = touches;
        _pages = new Page[Processes][];
        for (int i = 0; i < Processes; i++)
        {
            _pages[i] = new Page[pagesOfProcess];
            for (int j = 0; j < pagesOfProcess; j++)
                _pages[i][j] = new Page();
        }
    }

    /// <summary>Why a process was ended, by its number.</summary>
    public Dictionary<uint, string> Ended { get; } = [];

    public bool PromisesEnded { get; private set; }

    public bool WasDrained { get; private set; }

    public long PagesOut { get; private set; }

    public ulong UsedSlots => _slots.Used;

    /// <summary>Who gives the disk up has seen to it that there is room for all.</summary>
    public override long Room => (_drain is null ? _frames : Processes * _pages[0].Length) - _claimed;

    public override long ShortRoom => 4;

    /// <summary>Runs processes and pager until all touches are done, and brings everything back.</summary>
    public void Run(SwapPager pager)
    {
        _pager = pager;
        pager.Run();
        WasDrained = _drain!.GetAwaiter().GetResult();
        for (int process = 0; process < Processes; process++)
            for (int page = 0; page < _pages[process].Length && !Ended.ContainsKey((uint)process + 1); page++)
                Assert.True(TryTouch(process, page));
    }

    public override SwapWork Wait(bool wantsRoom)
    {
        while (_touches > 0)
        {
            if (_waiting is null)
            {
                _touches--;
                int process = _random.Next(Processes);
                // Some pages are used more than others.
                int page = Math.Min(_random.Next(_pages[process].Length), _random.Next(_pages[process].Length));
                if (Ended.ContainsKey((uint)process + 1) || TryTouch(process, page))
                {
                    if (wantsRoom && Room < ShortRoom)
                        return default;
                    continue;
                }

                _waiting = (process, page);
            }

            return new SwapWork((uint)_waiting.Value.Process + 1, AddressOf(_waiting.Value.Page), 0);
        }

        if (_drain is null)
        {
            PromisesEnded = true;
            _drain = Task.Run(() => _pager!.TryDrain());
        }

        _woken.Wait();
        _woken.Reset();
        return default;
    }

    public override void Wake() => _woken.Set();

    public override int Collect(SwapPlace place, bool swapped, Span<SwapCandidate> pages, out uint owner)
    {
        owner = 0;
        if (place.Process == Processes)
        {
            place.Process = 0;
            place.Rounds++;
            return 0;
        }

        Page[] all = _pages[place.Process];
        owner = (uint)place.Process + 1;
        int count = 0;
        for (; (int)place.Address < all.Length && count < pages.Length; place.Address++)
        {
            Page page = all[place.Address];
            if (swapped ? page.Slot != 0 : page.Frame is not null && !page.IsLeaving)
            {
                pages[count++] = new SwapCandidate(AddressOf((int)place.Address), page.WasUsed);
                page.WasUsed = false;
            }
        }

        if (count == 0)
        {
            place.Process++;
            place.Address = 0;
        }

        return count;
    }

    public override int BeginLeaving(uint owner, Span<ulong> pages, Span<byte> data)
    {
        foreach (ulong address in pages)
            PageAt(owner, address).IsLeaving = PageAt(owner, address).Frame is not null;
        Disturb();
        int left = 0;
        foreach (ulong address in pages)
        {
            Page page = PageAt(owner, address);
            if (!page.IsLeaving)
                continue;
            page.Frame.CopyTo(data[(left * SwapFormat.PageBytes)..]);
            pages[left++] = address;
        }

        Disturb();
        return left;
    }

    public override void EndLeaving(uint owner, ReadOnlySpan<ulong> pages, long slot)
    {
        for (int i = 0; i < pages.Length; i++)
        {
            Page page = PageAt(owner, pages[i]);
            if (page.IsLeaving && slot != 0)
            {
                page.Frame = null;
                page.Slot = slot + i;
                _claimed--;
                PagesOut++;
            }
            else if (!page.IsLeaving && slot != 0)
            {
                Assert.True(_slots.Give((ulong)(slot + i)));
            }

            page.IsLeaving = false;
        }
    }

    public override long Find(uint owner, ulong page, int most, out int count)
    {
        Page[] all = _pages[owner - 1];
        int first = IndexOf(page);
        count = 0;
        while (count < most && first + count < all.Length && all[first + count].Slot != 0 && all[first + count].Slot == all[first].Slot + count)
            count++;
        return all[first].Slot;
    }

    public override bool Bring(uint owner, ulong page, long slot, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length / SwapFormat.PageBytes; i++)
        {
            Page one = _pages[owner - 1][IndexOf(page) + i];
            if (one.Slot != slot + i)
                continue;
            one.Frame = data.Slice(i * SwapFormat.PageBytes, SwapFormat.PageBytes).ToArray();
            one.Slot = 0;
            _claimed++;
            Assert.True(_slots.Give((ulong)(slot + i)));
        }

        return true;
    }

    public override void Complete(uint owner, ulong page, int count)
    {
        if (_waiting is not { } waiting || waiting.Process + 1 != owner || waiting.Page < IndexOf(page) || waiting.Page >= IndexOf(page) + count)
            return;
        if (Ended.ContainsKey(owner) || TryTouch(waiting.Process, waiting.Page))
            _waiting = null;
    }

    public override void GiveUp(uint owner, string reason)
    {
        Ended.Add(owner, reason);
        foreach (Page page in _pages[owner - 1])
        {
            _claimed -= page.Frame is not null ? 1 : 0;
            if (page.Slot != 0)
                Assert.True(_slots.Give((ulong)page.Slot));
            (page.Frame, page.Slot, page.IsLeaving) = (null, 0, false);
        }
    }

    public override int TakeSlots(int most, out long first)
    {
        int count = (int)_slots.Take((ulong)most, out ulong found);
        first = (long)found;
        return count;
    }

    public override void GiveSlots(long first, int count)
    {
        for (int i = 0; i < count; i++)
            Assert.True(_slots.Give((ulong)(first + i)));
    }

    public override void EndPromises() => PromisesEnded = true;

    public override bool TryEnd()
    {
        Assert.False(_hasEnded);
        return _hasEnded = _slots.Used == 0;
    }

    public void Dispose()
    {
        _words.Dispose();
        _woken.Dispose();
    }

    private static ulong AddressOf(int page) => FirstPage + (ulong)page * SwapFormat.PageBytes;

    private static int IndexOf(ulong address) => (int)((address - FirstPage) / SwapFormat.PageBytes);

    private Page PageAt(uint owner, ulong address) => _pages[owner - 1][IndexOf(address)];

    /// <summary>Processes run meanwhile.</summary>
    private void Disturb()
    {
        for (int i = 0; i < 4 && !PromisesEnded; i++)
        {
            int process = _random.Next(Processes);
            if (!Ended.ContainsKey((uint)process + 1))
                _ = TryTouch(process, _random.Next(_pages[process].Length));
        }
    }

    /// <summary>Reads a page, and writes it or not. False: the pager is needed.</summary>
    private bool TryTouch(int process, int index)
    {
        Page page = _pages[process][index];
        if (page.Slot != 0)
            return false;
        if (page.Frame is null)
        {
            if (Room <= 0)
                return false;
            page.Frame = new byte[SwapFormat.PageBytes];
            _claimed++;
        }

        page.IsLeaving = false;
        page.WasUsed = true;
        Assert.Equal(page.Stamp, BinaryPrimitives.ReadUInt64LittleEndian(page.Frame));
        Assert.Equal(page.Stamp, BinaryPrimitives.ReadUInt64LittleEndian(page.Frame.AsSpan(SwapFormat.PageBytes - 8)));
        if (_random.Next(2) == 0)
            return true;
        page.Stamp = (ulong)_random.NextInt64();
        BinaryPrimitives.WriteUInt64LittleEndian(page.Frame, page.Stamp);
        BinaryPrimitives.WriteUInt64LittleEndian(page.Frame.AsSpan(SwapFormat.PageBytes - 8), page.Stamp);
        return true;
    }
}
