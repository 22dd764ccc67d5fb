using System.Threading;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// The promises of memory to all address spaces, in pages: what would exceed it is refused when it is asked for, and not by a fault when it is touched.
/// </summary>
/// <remarks>
/// Memory that is private to a process may be on a swap disk (<see cref="TryTakeSwappable"/>); all other is in page frames. So there are two bounds. What is promised
/// is at most the machine's frames and the disk's slots. What claims a frame is at most the frames: all that is promised for good, touched or not, and of the
/// private memory the pages that are in frames now. Without a swap disk the second follows from the first.
/// </remarks>
internal static class CommitCharge
{
    /// <summary>
    /// Frames that no promise is made for. Half of them are for what the kernel keeps for others (<see cref="KeptFrames"/>) when all else is
    /// promised; the other half for its own page tables and for stacks that grow, which nobody asks for beforehand.
    /// </summary>
    private const ulong ReserveFrames = 1024;

    /// <summary>Of the frames, one in so many is for private memory alone while there is a swap disk: without frames no process would get on.</summary>
    private const ulong WorkingShare = 16;

    /// <summary>The pager begins to make room where less than one in so many frames is free of claims, and at most so many pages.</summary>
    private const ulong ShortShare = 64, MostShort = 1024;

    private static ulong s_charged;
    private static ulong s_fixed;
    private static ulong s_claimed;
    private static ulong s_limit;
    private static ulong s_keptLimit;

    /// <summary>Pages that may be promised beyond the frames.</summary>
    private static ulong s_swap;

    /// <summary>Frames that promises for good may not have.</summary>
    private static ulong s_working;

    /// <summary>Claims beyond which memory is short; none are while nothing is paged.</summary>
    private static ulong s_shortFrom = ulong.MaxValue;

    /// <summary>What is promised, in pages.</summary>
    public static ulong Charged => Volatile.Read(ref s_charged);

    /// <summary>The most that is promised, in pages.</summary>
    public static ulong Limit => s_limit + Volatile.Read(ref s_swap);

    /// <summary>The most that claims a frame.</summary>
    public static ulong FrameLimit => s_limit;

    /// <summary>Pages that can still be promised.</summary>
    public static ulong Left
    {
        get
        {
            ulong charged = Charged, limit = Limit;
            return charged < limit ? limit - charged : 0;
        }
    }

    /// <summary>Pages that can still be promised to memory that has to be in frames.</summary>
    public static ulong FramesLeft
    {
        get
        {
            ulong left = Left;
            long room = Room;
            return room <= 0 ? 0 : left < (ulong)room ? left : (ulong)room;
        }
    }

    /// <summary>Frames that nothing claims; less than 0 where the kernel keeps more for others than that.</summary>
    public static long Room => (long)(s_limit - Volatile.Read(ref s_claimed));

    /// <summary>Frames of memory that may be on a disk: what processes have for themselves.</summary>
    public static ulong Private
    {
        get
        {
            ulong claimed = Volatile.Read(ref s_claimed), @fixed = Volatile.Read(ref s_fixed);
            return claimed > @fixed ? claimed - @fixed : 0;
        }
    }

    /// <summary>Private memory may be on a disk: a frame for a page of it is only there if room is.</summary>
    public static bool IsPaging => s_shortFrom != ulong.MaxValue;

    /// <summary>The pager should make room.</summary>
    public static bool IsShort => Volatile.Read(ref s_claimed) > s_shortFrom;

    /// <summary>The room below which memory is short.</summary>
    public static ulong ShortRoom => s_limit / ShortShare < MostShort ? s_limit / ShortShare : MostShort;

    public static void Initialize()
    {
        ulong usable = PhysicalMemory.FreeFrames;
        ulong reserve = usable / 8 < ReserveFrames ? usable / 8 : ReserveFrames;
        s_limit = usable - reserve;
        s_keptLimit = s_limit + reserve / 2;
    }

    /// <summary>Begins paging, with so many pages that may be promised beyond the frames.</summary>
    public static void BeginPaging(ulong pages)
    {
        s_working = s_limit / WorkingShare;
        s_shortFrom = s_limit - ShortRoom;
        Volatile.Write(ref s_swap, pages);
    }

    /// <summary>From now on nothing is promised beyond the frames. False: so much is promised already, and nothing has changed.</summary>
    public static bool TryEndPromises()
    {
        ulong pages = Interlocked.Exchange(ref s_swap, 0);
        if (Charged <= s_limit)
            return true;
        Volatile.Write(ref s_swap, pages);
        return false;
    }

    /// <summary>The same, whatever is promised: the disk is of no use any more.</summary>
    public static void EndPromises() => Volatile.Write(ref s_swap, 0);

    /// <summary>Ends paging: all private memory is in frames.</summary>
    public static void EndPaging()
    {
        s_shortFrom = ulong.MaxValue;
        s_working = 0;
    }

    /// <summary>Promises memory in frames. False: so many pages are not left, and nothing is taken.</summary>
    public static bool TryTake(ulong pages) => TryTake(pages, s_limit);

    /// <summary>The same for frames of <see cref="KeptFrames"/>.</summary>
    public static bool TryTakeKept(ulong pages) => TryTake(pages, s_keptLimit);

    /// <summary>Whether <see cref="TryTakeKept"/> would take so many.</summary>
    public static bool IsKeptLeft(ulong pages) =>
        Volatile.Read(ref s_claimed) + pages <= s_keptLimit && Volatile.Read(ref s_fixed) + pages <= s_keptLimit - s_working
        && Charged + pages <= s_keptLimit + Volatile.Read(ref s_swap);

    /// <summary>Takes what is in frames already, out of the reserve where nothing else is left.</summary>
    public static void TakeAnyway(ulong pages)
    {
        Interlocked.Add(ref s_charged, pages);
        Interlocked.Add(ref s_fixed, pages);
        Interlocked.Add(ref s_claimed, pages);
    }

    /// <summary>Gives back what <see cref="TryTake(ulong)"/>, <see cref="TryTakeKept"/> or <see cref="TakeAnyway"/> took.</summary>
    public static void Give(ulong pages)
    {
        Subtract(ref s_claimed, pages);
        Subtract(ref s_fixed, pages);
        Subtract(ref s_charged, pages);
    }

    /// <summary>Promises memory that may be on a disk, too.</summary>
    public static bool TryTakeSwappable(ulong pages) => TryAdd(ref s_charged, pages, Limit);

    /// <summary>Gives back what <see cref="TryTakeSwappable"/> took; its frames are given back by <see cref="Unclaim"/>.</summary>
    public static void GiveSwappable(ulong pages) => Subtract(ref s_charged, pages);

    /// <summary>A page of memory that may be on a disk takes a frame. False: the pager has to make room first.</summary>
    public static bool TryClaim()
    {
        if (IsPaging)
            return TryAdd(ref s_claimed, 1, s_limit);
        Claim();
        return true;
    }

    /// <summary>The same for who has made the room.</summary>
    public static void Claim() => Interlocked.Increment(ref s_claimed);

    public static void Unclaim(ulong pages) => Subtract(ref s_claimed, pages);

    /// <summary>Whether so many pages, which were refused, could be promised if the pager made room.</summary>
    public static bool IsRoomAllThatLacks(ulong pages) => IsPaging && pages <= Left && Volatile.Read(ref s_fixed) + pages <= s_limit - s_working;

    private static bool TryTake(ulong pages, ulong limit)
    {
        if (!TryAdd(ref s_charged, pages, limit + Volatile.Read(ref s_swap)))
            return false;
        if (TryAdd(ref s_fixed, pages, limit - s_working))
        {
            if (TryAdd(ref s_claimed, pages, limit))
                return true;
            Subtract(ref s_fixed, pages);
        }

        Subtract(ref s_charged, pages);
        return false;
    }

    private static bool TryAdd(ref ulong sum, ulong pages, ulong limit)
    {
        ulong before = Volatile.Read(ref sum);
        while (true)
        {
            if (pages > limit || before > limit - pages)
                return false;
            ulong seen = Interlocked.CompareExchange(ref sum, before + pages, before);
            if (seen == before)
                return true;
            before = seen;
        }
    }

    private static void Subtract(ref ulong sum, ulong pages) => Interlocked.Add(ref sum, unchecked(0 - pages));
}
