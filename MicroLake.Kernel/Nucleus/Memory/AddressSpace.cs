using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// Reserved ranges and page tables of the kernel's window or of a process. Reserving takes addresses only; making a range accessible takes a
/// promise of frames (<see cref="CommitCharge"/>, and the space's own quota); touching a page takes the frame.
/// </summary>
internal unsafe partial struct AddressSpace
{
    /// <summary>Ranges of <see cref="RegionMap"/> by use.</summary>
    public const uint Anonymous = 1;

    /// <summary>In the kernel's window, stacks are charged by what they touch: most threads use a small part of theirs.</summary>
    public const uint Stack = 2;

    /// <summary>Addresses of a process that only its loader may use: they keep its own reservations at a place that cannot be foreseen.</summary>
    public const uint Barrier = 3;

    /// <summary>Regions of this kind and above are <see cref="ObjectMapping"/>s, by slot.</summary>
    public const uint FirstMapping = 16;

    /// <summary>Physical address of the top page table.</summary>
    public ulong Root;

    /// <summary>The addresses [Low, High) that the space manages.</summary>
    public ulong Low, High;

    /// <summary><see cref="PageTable.User"/> in spaces of processes.</summary>
    public ulong PageFlags;

    public ulong ChargedPages;

    /// <summary>Page tables of a process, but for the root. A page of its quota can take several, where it touches few far apart.</summary>
    public ulong TablePages;

    /// <summary>The most that the space may be promised, in pages.</summary>
    public ulong ChargeLimit;

    public ulong Faults;

    /// <summary>The process's identifier; 0 for the kernel's window.</summary>
    public uint Owner;

    /// <summary>Pages of private memory, stacks included, that are in frames, and, of a process, those that are on the swap disk.</summary>
    public ulong ResidentPages, SwappedPages;

    /// <summary>Pages that stacks have touched; counted, and charged, in the kernel's window only.</summary>
    public ulong StackPages;

    /// <summary>Mappings of memory objects, <see cref="ObjectMappings.Capacity"/> of them; null before the first.</summary>
    public ObjectMapping* Mappings;

    /// <summary>Page tables, and pages of the book-keeping of ranges, that a process of any quota may have; and for how many pages of its quota it may have one more.</summary>
    private const ulong FreeTables = 64, FreeNodePages = 8, PagesPerTable = 4, PagesPerNodePage = 16;

    private RegionMap _regions;
    private StackCache _stacks;
    private SpinLock _lock;

    private readonly bool IsUser => PageFlags != 0;

    /// <summary>Starts with nothing reserved.</summary>
    public static void Initialize(AddressSpace* space, ulong root, ulong low, ulong high, ulong pageFlags, ulong chargeLimit)
    {
        space->Root = root;
        space->Low = low;
        space->High = high;
        space->PageFlags = pageFlags;
        space->ChargeLimit = chargeLimit;
        ulong nodePages = pageFlags == 0 ? ulong.MaxValue : FreeNodePages + chargeLimit / PagesPerNodePage;
        _ = space->_regions.Initialize(low, high, &AllocateNodePage, nodePages);
    }

    /// <summary>Gives back the memory of the reservations' book-keeping, and the promises. The page tables are gone already.</summary>
    public static void Dismantle(AddressSpace* space)
    {
        byte* page = space->_regions.DetachPages();
        while (page != null)
        {
            byte* next = *(byte**)page;
            KeptFrames.Free(DirectMap.Physical(page));
            page = next;
        }

        ObjectMappings.Dismantle(space);
        CommitCharge.GiveSwappable(space->ChargedPages);
        CommitCharge.Unclaim(space->ResidentPages);
        CommitCharge.Give(space->TablePages);
        space->ChargedPages = 0;
        space->ResidentPages = 0;
        space->SwappedPages = 0;
        space->TablePages = 0;
    }

    /// <summary>
    /// Reserves addresses; pages appear, zeroed, when touched. Length and alignment are in bytes. A stack that is to be made accessible later may
    /// be one that <see cref="KeepStack"/> kept: above its guard page it is accessible already, and holds what was left there.
    /// </summary>
    public static Status Reserve(AddressSpace* space, ulong length, ulong alignment, Protection protection, bool isStack, out ulong start)
    {
        start = 0;
        if (length == 0 || length > space->High - space->Low)
            return Status.InvalidArgument;
        length = RoundUp(length);
        uint interrupts = Acquire(space);
        bool isKept = isStack && protection == Protection.None && alignment <= PageTable.PageBytes
            && space->_stacks.TryTake(ref length, out start) && (!space->IsUser || IsStack(space, start, length));
        Status status = Status.Ok;
        if (!isKept)
        {
            start = 0;
            status = ReserveLocked(space, ref start, length, alignment, protection, isStack ? Stack : Anonymous, false);
        }

        Release(space, interrupts);
        return status;
    }

    /// <summary>
    /// Reserves a range of whole pages, at <paramref name="start"/> or where that is 0 at an aligned place that it then says. The space is
    /// locked.
    /// </summary>
    public static Status ReserveLocked(
        AddressSpace* space, ref ulong start, ulong length, ulong alignment, Protection protection, uint kind, bool inBarrier)
    {
        if (start != 0 && !IsRange(space, start, length))
            return Status.InvalidArgument;
        ulong pages = IsCharged(space, kind, protection) ? length / PageTable.PageBytes : 0;
        Status status = TryCharge(space, pages);
        if (status != Status.Ok)
            return status;
        if (start == 0)
        {
            status = space->_regions.TryReserve(length, alignment, protection, kind, out start);
        }
        else
        {
            bool isKept = inBarrier && space->_regions.TryFind(start, out Region region) && region.Kind == Barrier && region.End - start >= length;
            if (isKept)
                status = space->_regions.Remove(start, length);
            if (status == Status.Ok)
                status = space->_regions.ReserveAt(start, length, protection, kind);
        }

        if (status != Status.Ok)
            GiveCharge(space, pages);
        return status;
    }

    /// <summary>Makes a range of whole pages free, whatever it holds. The space is locked.</summary>
    public static Status RemoveLocked(AddressSpace* space, ulong start, ulong length)
    {
        ulong charged = Survey(space, start, start + length, out _, out _);
        bool isStack = space->_regions.TryFind(start, out Region first) && first.Kind == Stack;
        Status status = space->_regions.Remove(start, length);
        if (status != Status.Ok)
            return status;
        GiveCharge(space, charged);
        PageTable.Removed removed = Unmap(space, start, length);
        if (isStack && !space->IsUser)
        {
            space->StackPages -= removed.Entries;
            CommitCharge.Give(removed.Entries);
        }

        return Status.Ok;
    }

    /// <summary>Gives the frames of a range back, and the tables that it alone needed.</summary>
    private static PageTable.Removed Unmap(AddressSpace* space, ulong start, ulong length)
    {
        PageTable.Removed removed = PageTable.Unmap(space->Root, start, start + length, true);
        Forget(space, removed);
        if (space->IsUser)
            GiveTables(space, removed.Tables);
        return removed;
    }

    /// <summary>Reserves exactly this range, which must be free or, where <paramref name="inBarrier"/> says so, kept for the loader.</summary>
    public static Status ReserveAt(AddressSpace* space, ulong start, ulong length, Protection protection, uint kind, bool inBarrier)
    {
        if (!IsRange(space, start, length))
            return Status.InvalidArgument;
        length = RoundUp(length);
        uint interrupts = Acquire(space);
        Status status = ReserveLocked(space, ref start, length, PageTable.PageBytes, protection, kind, inBarrier);
        Release(space, interrupts);
        return status;
    }

    /// <summary>
    /// Throws away what a range holds and reserves it anew (mmap's MAP_FIXED), in one step: whoever reserves meanwhile must not find the addresses free. The
    /// collector gives memory back in this way, inside its heap.
    /// </summary>
    public static Status Replace(AddressSpace* space, ulong start, ulong length, Protection protection)
    {
        if (!IsRange(space, start, length))
            return Status.InvalidArgument;
        length = RoundUp(length);
        uint interrupts = Acquire(space);
        ulong before = Survey(space, start, start + length, out ulong chargeable, out bool hasFixed);
        Status status;
        if (hasFixed)
        {
            status = Status.NotReserved;
        }
        else if (chargeable == length / PageTable.PageBytes)
        {
            status = RenewLocked(space, start, length, protection, before);
        }
        else
        {
            status = RemoveLocked(space, start, length);
            if (status == Status.Ok)
                status = ReserveLocked(space, ref start, length, PageTable.PageBytes, protection, Anonymous, false);
        }

        Release(space, interrupts);
        return status;
    }

    /// <summary>Throws away what a range of private memory holds that is reserved throughout, with so many pages charged. On an error nothing has changed.</summary>
    private static Status RenewLocked(AddressSpace* space, ulong start, ulong length, Protection protection, ulong before)
    {
        ulong after = protection == Protection.None ? 0 : length / PageTable.PageBytes;
        ulong most = after > before ? after : before;
        Status status = TryCharge(space, most - before);
        if (status != Status.Ok)
            return status;
        status = space->_regions.Protect(start, length, protection);
        if (status == Status.Ok)
            _ = Unmap(space, start, length);
        GiveCharge(space, most - (status == Status.Ok ? after : before));
        return status;
    }

    public static Status Protect(AddressSpace* space, ulong start, ulong length, Protection protection)
    {
        if (!IsRange(space, start, length))
            return Status.InvalidArgument;
        length = RoundUp(length);
        uint interrupts = Acquire(space);
        if (space->_regions.TryFind(start, out Region region) && region.Kind < Barrier && region.Protection == protection
            && region.End - start >= length)
        {
            Release(space, interrupts);
            return Status.Ok;
        }

        ulong before = Survey(space, start, start + length, out ulong chargeable, out bool hasFixed);
        ulong after = protection == Protection.None ? 0 : chargeable;
        ulong more = after > before ? after - before : 0;
        ulong less = before > after ? before - after : 0;
        Status status = hasFixed ? Status.NotReserved : TryCharge(space, more);
        if (status == Status.Ok)
        {
            status = space->_regions.Protect(start, length, protection);
            if (status == Status.Ok)
                PageTable.Protect(space->Root, start, start + length, FlagsOf(space, protection));
            GiveCharge(space, status == Status.Ok ? less : more);
            if (status == Status.Ok && !space->IsUser && protection == (Protection.Read | Protection.Write))
                status = BeginStack(space, start, length);
        }

        Release(space, interrupts);
        return status;
    }

    /// <summary>Makes a range free. <see cref="Status.NotReserved"/>: it holds what only its own operations may change.</summary>
    public static Status Free(AddressSpace* space, ulong start, ulong length)
    {
        if (!IsRange(space, start, length))
            return Status.InvalidArgument;
        length = RoundUp(length);
        uint interrupts = Acquire(space);
        _ = Survey(space, start, start + length, out _, out bool hasFixed);
        Status status = hasFixed ? Status.NotReserved : RemoveLocked(space, start, length);
        Release(space, interrupts);
        return status;
    }

    /// <summary>Gives the frames of a range back; the next touch finds zeros.</summary>
    public static Status Discard(AddressSpace* space, ulong start, ulong length)
    {
        if (!IsRange(space, start, length))
            return Status.InvalidArgument;
        uint interrupts = Acquire(space);
        Forget(space, PageTable.Unmap(space->Root, start, start + RoundUp(length), false));
        Release(space, interrupts);
        return Status.Ok;
    }

    /// <summary>Takes a promise of pages, and gives up kept stacks before it fails.</summary>
    private static Status TryCharge(AddressSpace* space, ulong pages)
    {
        Status status = TryChargeAtOnce(space, pages);
        while (status != Status.Ok && TryGiveUpStack(space))
            status = TryChargeAtOnce(space, pages);
        return status;
    }

    private static Status TryChargeAtOnce(AddressSpace* space, ulong pages)
    {
        if (pages > space->ChargeLimit || space->ChargedPages > space->ChargeLimit - pages
            || !(space->IsUser ? CommitCharge.TryTakeSwappable(pages) : CommitCharge.TryTake(pages)))
            return Status.OutOfMemory;
        space->ChargedPages += pages;
        return Status.Ok;
    }

    private static void GiveCharge(AddressSpace* space, ulong pages)
    {
        space->ChargedPages -= pages;
        if (space->IsUser)
            CommitCharge.GiveSwappable(pages);
        else
            CommitCharge.Give(pages);
    }

    /// <summary>Pages of private memory are gone.</summary>
    private static void Forget(AddressSpace* space, PageTable.Removed removed)
    {
        space->ResidentPages -= removed.Frames;
        space->SwappedPages -= removed.Slots;
        if (space->IsUser)
            CommitCharge.Unclaim(removed.Frames);
    }

    /// <summary>
    /// What a range holds: the pages that are charged now, those that would be if all of it were accessible, and whether there is something
    /// that only its own operations may change (a part kept for the loader, a mapping).
    /// </summary>
    private static ulong Survey(AddressSpace* space, ulong start, ulong end, out ulong chargeable, out bool hasFixed)
    {
        ulong charged = 0;
        chargeable = 0;
        hasFixed = false;
        ulong at = start;
        while (at < end && space->_regions.TryFindNext(at, out Region region) && region.Start < end)
        {
            hasFixed |= region.Kind >= Barrier;
            ulong pages = Overlap(region, start, end);
            if (IsCharged(space, region.Kind, Protection.Read))
                chargeable += pages;
            if (IsCharged(space, region.Kind, region.Protection))
                charged += pages;
            at = region.End;
        }

        return charged;
    }

    private static bool IsCharged(AddressSpace* space, uint kind, Protection protection) =>
        protection != Protection.None && (kind == Anonymous || (kind == Stack && space->IsUser));

    private static ulong Overlap(Region region, ulong start, ulong end)
    {
        ulong low = region.Start > start ? region.Start : start;
        ulong high = region.End < end ? region.End : end;
        return (high - low) / PageTable.PageBytes;
    }

    private static ulong FlagsOf(AddressSpace* space, Protection protection)
    {
        ulong flags = protection == Protection.None ? 0 : PageTable.Present | space->PageFlags;
        if ((protection & Protection.Write) != 0)
            flags |= PageTable.Writable;
        if ((protection & Protection.Execute) == 0)
            flags |= PageTable.NoExecute;
        return flags;
    }

    private static bool IsRange(AddressSpace* space, ulong start, ulong length) =>
        length != 0 && (start & (PageTable.PageBytes - 1)) == 0 && start >= space->Low && start < space->High
        && length <= space->High - start;

    public static uint Acquire(AddressSpace* space) => SpinLock.Acquire(&space->_lock, LockRank.AddressSpace);

    public static void Release(AddressSpace* space, uint interrupts) =>
        SpinLock.Release(&space->_lock, LockRank.AddressSpace, interrupts);

    private static byte* AllocateNodePage() =>
        KeptFrames.TryAllocateZeroed(out ulong frame) ? DirectMap.Pointer(frame) : null;

    private static ulong RoundUp(ulong value) => (value + PageTable.PageBytes - 1) & ~(PageTable.PageBytes - 1);
}
