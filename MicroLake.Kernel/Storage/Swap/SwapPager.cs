namespace MicroLake.Storage.Swap;

/// <summary>
/// Moves pages of processes to a swap disk and back: the one thread that runs <see cref="Run"/>. It makes room before there is none, and brings what threads wait for. Since memory
/// is short when it works, it allocates nothing but for errors.
/// </summary>
/// <param name="memory">The memory of processes.</param>
/// <param name="disk">Where pages go.</param>
/// <param name="victims">Which pages go.</param>
/// <param name="log">Takes a line for each trouble.</param>
public sealed class SwapPager(SwapMemory memory, SwapDisk disk, ISwapVictims victims, Action<string> log)
{
    /// <summary>Some full requests' worth.</summary>
    private const int CandidatesAtOnce = 9 * SwapDisk.MostPages;

    /// <summary>A hand that has been round so often has given everybody a second chance, and looked again.</summary>
    private const int MostRounds = 3;

    /// <summary>A disk that has not written so often is not tried again.</summary>
    private const int MostFailures = 8;

    private readonly byte[] _data = NewBuffer();
    private readonly SwapCandidate[] _candidates = new SwapCandidate[CandidatesAtOnce];
    private readonly ulong[] _leaving = new ulong[SwapDisk.MostPages];
    private readonly SwapPlace _hand = new();
    private readonly ManualResetEventSlim _drained = new();
    private int _candidateCount;
    private int _candidateAt;
    private uint _owner;
    private readonly (long First, int Count)[] _lost = new (long, int)[MostFailures];
    private int _failures;
    private volatile bool _isDraining;
    private volatile bool _isOver;

    /// <summary>What is wrong with the disk; null: nothing.</summary>
    public string? Failure { get; private set; }

    /// <summary>The pager's life, until <see cref="TryDrain"/> has brought everything back.</summary>
    public void Run()
    {
        bool wantsRoom = true;
        while (!_isOver)
        {
            SwapWork work = memory.Wait(wantsRoom);
            if (work.Owner != 0)
                Serve(work.Owner, work.Page);
            if (_isDraining)
                Drain();
            else if (Failure is not null)
                wantsRoom = false;
            else if (memory.Room < memory.ShortRoom || work.Room > 0)
                wantsRoom = TryMakeRoom(Math.Max(2 * memory.ShortRoom, work.Room));
            else
                wantsRoom = true;
        }
    }

    /// <summary>
    /// Brings everything back and ends <see cref="Run"/>. False: something could not be brought, and the pager goes on. Nothing may be promised beyond the frames any more.
    /// </summary>
    public bool TryDrain()
    {
        _drained.Reset();
        _isDraining = true;
        memory.Wake();
        _drained.Wait();
        return _isOver;
    }

    /// <summary>Brings a page that a thread waits for, or makes room for it; a process whose page cannot be had is ended.</summary>
    private void Serve(uint owner, ulong page)
    {
        int count = 1;
        string? trouble = null;
        long slot = memory.Find(owner, page, SwapDisk.MostPages, out int found);
        if (slot != 0)
            count = found;
        // Pages that follow come for the price of one, but none leaves for them.
        count = (int)Math.Clamp(memory.Room, 1, count);
        if (!TryMakeRoom(count))
            trouble = Failure ?? "no slot of the swap disk is free";
        else if (slot != 0)
            trouble = Bring(owner, page, slot, count);
        if (trouble is not null)
        {
            log($"swap: a process was ended: {trouble}");
            memory.GiveUp(owner, $"a page of memory at 0x{page:x} cannot be had: {trouble}");
        }

        memory.Complete(owner, page, count);
    }

    /// <summary>Reads pages and gives them back to their process. Returns what is wrong, or null.</summary>
    private string? Bring(uint owner, ulong page, long slot, int count)
    {
        Span<byte> data = _data.AsSpan(0, count * SwapFormat.PageBytes);
        try
        {
            disk.Read(slot, data);
        }
        catch (BlockDeviceException) when (count > 1)
        {
            // One of the others may be what cannot be read.
            return Bring(owner, page, slot, 1);
        }
        catch (BlockDeviceException error)
        {
            return error.Message;
        }

        return memory.Bring(owner, page, slot, data) ? null : "there is no page frame for it";
    }

    /// <summary>Makes so much room. False: it cannot be had.</summary>
    private bool TryMakeRoom(long wanted)
    {
        long round = _hand.Rounds;
        while (memory.Room < wanted)
        {
            if (Failure is not null || !TryEvict(round + MostRounds))
                return false;
        }

        return true;
    }

    /// <summary>Writes the next victims to the disk. False: there are none until the hand has been round so often, or no slots.</summary>
    private bool TryEvict(long untilRound)
    {
        int count = Choose(untilRound, out uint owner);
        if (count == 0)
            return false;
        int slots = memory.TakeSlots(count, out long first);
        if (slots == 0)
            return false;
        int left = memory.BeginLeaving(owner, _leaving.AsSpan(0, slots), _data);
        if (left < slots)
            memory.GiveSlots(first + left, slots - left);
        if (left == 0)
            return true;
        long written = first;
        try
        {
            disk.Write(first, _data.AsSpan(0, left * SwapFormat.PageBytes));
        }
        catch (BlockDeviceException error)
        {
            // These slots are not used again.
            written = 0;
            Fail(error, first, left);
        }

        memory.EndLeaving(owner, _leaving.AsSpan(0, left), written);
        return true;
    }

    /// <summary>The next victims, all of one process. Returns how many, 0: none were found until the hand has been round so often.</summary>
    private int Choose(long untilRound, out uint owner)
    {
        int count = 0;
        while (count < _leaving.Length)
        {
            if (_candidateAt < _candidateCount)
            {
                SwapCandidate candidate = _candidates[_candidateAt++];
                if (victims.Leaves(_owner, candidate))
                    _leaving[count++] = candidate.Page;
                continue;
            }

            // The next ones may be another process's.
            if (count > 0 || _hand.Rounds >= untilRound)
                break;
            _candidateAt = 0;
            _candidateCount = memory.Collect(_hand, swapped: false, _candidates, out _owner);
        }

        owner = _owner;
        return count;
    }

    private void Fail(BlockDeviceException error, long first, int count)
    {
        _lost[_failures++] = (first, count);
        log($"swap: {error.Message}");
        if (!error.IsGone && _failures < MostFailures)
            return;
        Failure = error.Message;
        memory.EndPromises();
        log($"swap: {disk.Name} is not written to any more; what is there is brought back when it is needed");
    }

    private void Drain()
    {
        _isDraining = false;
        for (int i = 0; i < _failures; i++)
            memory.GiveSlots(_lost[i].First, _lost[i].Count);
        _failures = 0;
        var place = new SwapPlace();
        Span<SwapCandidate> pages = stackalloc SwapCandidate[CandidatesAtOnce];
        bool hasEnded;
        while (!(hasEnded = memory.TryEnd()) && place.Rounds < MostRounds)
        {
            int count = memory.Collect(place, swapped: true, pages, out uint owner);
            foreach (SwapCandidate page in pages[..count])
                if (memory.Find(owner, page.Page, 1, out _) != 0)
                    Serve(owner, page.Page);
        }

        _isOver = hasEnded;
        _drained.Set();
    }

    private static byte[] NewBuffer()
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(SwapDisk.MostPages * SwapFormat.PageBytes, pinned: true);
        // Touched here: the nucleus does not fault on it while it holds a lock.
        buffer.AsSpan().Clear();
        return buffer;
    }
}
