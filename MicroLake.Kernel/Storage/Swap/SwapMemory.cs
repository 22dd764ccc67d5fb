namespace MicroLake.Storage.Swap;

/// <summary>What the pager does to the memory of processes. The kernel implements it; tests have a fake. Pages are addresses, owners are processes.</summary>
public abstract class SwapMemory
{
    /// <summary>Frames that nothing claims: how many pages can come. Less than 0 where more is claimed than should be.</summary>
    public abstract long Room { get; }

    /// <summary>The room below which there should be more.</summary>
    public abstract long ShortRoom { get; }

    /// <summary>Waits until a thread waits for a page, there should be more room, <see cref="Wake"/> is called, or some time has passed.</summary>
    /// <param name="wantsRoom">False: room does not count.</param>
    public abstract SwapWork Wait(bool wantsRoom);

    /// <summary>Ends a wait of the pager.</summary>
    public abstract void Wake();

    /// <summary>The next pages of some process, from where <paramref name="place"/> is, which is moved on; 0: there are none at that place, which need not be the end.</summary>
    /// <param name="swapped">Those that are on the disk; else those in frames, of which it is said whether they were used since the last time.</param>
    public abstract int Collect(SwapPlace place, bool swapped, Span<SwapCandidate> pages, out uint owner);

    /// <summary>Pages begin to leave, and their content is copied. Those that cannot leave are passed over; the others are moved to the front. Returns how many.</summary>
    public abstract int BeginLeaving(uint owner, Span<ulong> pages, Span<byte> data);

    /// <summary>Pages are on the disk in slots from <paramref name="slot"/> on, or (0) could not be written, and stay.</summary>
    public abstract void EndLeaving(uint owner, ReadOnlySpan<ulong> pages, long slot);

    /// <summary>The slot of a page that is on the disk, 0 where it is not, and how many pages from it on are in slots one after the other.</summary>
    public abstract long Find(uint owner, ulong page, int most, out int count);

    /// <summary>Brings pages back. False: there is no frame for one of them.</summary>
    public abstract bool Bring(uint owner, ulong page, long slot, ReadOnlySpan<byte> data);

    /// <summary>Whoever waits for one of these pages tries again.</summary>
    public abstract void Complete(uint owner, ulong page, int count);

    /// <summary>Ends a process whose page cannot be had, with the reason as its last words.</summary>
    public abstract void GiveUp(uint owner, string reason);

    /// <summary>Takes slots in a row. Returns how many, 0 where none is free.</summary>
    public abstract int TakeSlots(int most, out long first);

    public abstract void GiveSlots(long first, int count);

    /// <summary>The disk is of no use any more: nothing is promised beyond the frames.</summary>
    public abstract void EndPromises();

    /// <summary>Ends paging, once nothing is on the disk. False: something is.</summary>
    public abstract bool TryEnd();
}

/// <summary>What the pager has to look at.</summary>
/// <param name="Owner">Whose page is waited for; 0: nobody waits.</param>
/// <param name="Page">Its address.</param>
/// <param name="Room">Pages that the kernel needs room for, beyond what there should be.</param>
public readonly record struct SwapWork(uint Owner, ulong Page, long Room);

/// <summary>A page of a process.</summary>
/// <param name="Page">Its address.</param>
/// <param name="WasUsed">Used since it was last collected.</param>
public readonly record struct SwapCandidate(ulong Page, bool WasUsed);

/// <summary>Where the hand of the clock is: a process and an address in it.</summary>
public sealed class SwapPlace
{
    /// <summary>A place of the table of processes.</summary>
    public int Process { get; set; }

    public ulong Address { get; set; }

    /// <summary>How often all processes were passed.</summary>
    public long Rounds { get; set; }
}
