using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// The supervisor-only window at the top of the low half: the managed heap, stacks and the platform's own
/// allocations. The collector keeps signed values in pointer fields, so the heap may not lie in the higher half.
/// Reserving takes addresses only; making a range accessible takes a promise of frames (commit charge, so that
/// running out is an error code and not a fault); touching a page takes the frame.
/// </summary>
internal static unsafe class KernelAddressSpace
{
    public const ulong WindowStart = 0x6000_0000_0000;
    public const ulong WindowEnd = 0x7000_0000_0000;

    private const uint Anonymous = 1;

    /// <summary>Stacks are charged by what they touch: most threads use a small part of theirs.</summary>
    private const uint Stack = 2;

    /// <summary>Frames that no promise is made for: page tables, threads, stacks that grow.</summary>
    private const ulong ReserveFrames = 1024;

    private static RegionMap s_regions;
    private static SpinLock s_lock;
    private static ulong s_chargedPages;
    private static ulong s_chargeLimit;
    private static ulong s_faults;
    private static ulong s_stackPages;

    public static ulong ChargedPages => s_chargedPages;

    public static ulong ChargeLimit => s_chargeLimit;

    public static ulong Faults => s_faults;

    /// <summary>Pages that thread stacks have touched.</summary>
    public static ulong StackPages => s_stackPages;

    public static void Initialize()
    {
        ulong usable = PhysicalMemory.FreeFrames;
        ulong reserve = usable / 8 < ReserveFrames ? usable / 8 : ReserveFrames;
        s_chargeLimit = usable - reserve;
        fixed (RegionMap* regions = &s_regions)
            regions->Initialize(WindowStart, WindowEnd, &AllocateNodePage);
    }

    /// <summary>Reserves addresses; pages appear, zeroed, when touched. Length and alignment are in bytes.</summary>
    public static Status Reserve(ulong length, ulong alignment, Protection protection, bool isStack, out ulong start)
    {
        start = 0;
        if (length == 0 || length > WindowEnd - WindowStart)
            return Status.InvalidArgument;
        length = RoundUp(length);
        ulong pages = protection == Protection.None || isStack ? 0 : length / PageTable.PageBytes;
        Status status = Status.OutOfMemory;
        fixed (SpinLock* spinLock = &s_lock)
        fixed (RegionMap* regions = &s_regions)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.AddressSpace);
            if (s_chargedPages + pages <= s_chargeLimit)
            {
                status = regions->TryReserve(length, alignment, protection, isStack ? Stack : Anonymous, out start);
                if (status == Status.Ok)
                    s_chargedPages += pages;
            }

            SpinLock.Release(spinLock, LockRank.AddressSpace, interrupts);
        }

        return status;
    }

    /// <summary>Throws away what a range holds and reserves it anew (mmap's MAP_FIXED).</summary>
    public static Status Replace(ulong start, ulong length, Protection protection)
    {
        Status status = Release(start, length);
        if (status != Status.Ok)
            return status;
        length = RoundUp(length);
        ulong pages = protection == Protection.None ? 0 : length / PageTable.PageBytes;
        fixed (SpinLock* spinLock = &s_lock)
        fixed (RegionMap* regions = &s_regions)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.AddressSpace);
            status = s_chargedPages + pages > s_chargeLimit
                ? Status.OutOfMemory
                : regions->ReserveAt(start, length, protection, Anonymous);
            if (status == Status.Ok)
                s_chargedPages += pages;
            SpinLock.Release(spinLock, LockRank.AddressSpace, interrupts);
        }

        return status;
    }

    public static Status Protect(ulong start, ulong length, Protection protection)
    {
        if (!IsRange(start, length))
            return Status.InvalidArgument;
        length = RoundUp(length);
        Status status;
        fixed (SpinLock* spinLock = &s_lock)
        fixed (RegionMap* regions = &s_regions)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.AddressSpace);
            ulong before = ChargedWithin(regions, start, start + length);
            ulong after = protection == Protection.None ? 0 : PagesOfKind(regions, start, start + length);
            if (after > before && s_chargedPages + (after - before) > s_chargeLimit)
            {
                status = Status.OutOfMemory;
            }
            else
            {
                status = regions->Protect(start, length, protection);
                if (status == Status.Ok)
                {
                    s_chargedPages += after - before;
                    PageTable.Protect(KernelPageTable.Root, start, start + length, FlagsOf(protection));
                }
            }

            SpinLock.Release(spinLock, LockRank.AddressSpace, interrupts);
        }

        return status;
    }

    public static Status Release(ulong start, ulong length)
    {
        if (!IsRange(start, length))
            return Status.InvalidArgument;
        length = RoundUp(length);
        Status status;
        fixed (SpinLock* spinLock = &s_lock)
        fixed (RegionMap* regions = &s_regions)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.AddressSpace);
            ulong before = ChargedWithin(regions, start, start + length);
            bool isStack = regions->TryFind(start, out Region first) && first.Kind == Stack;
            status = regions->Remove(start, length);
            if (status == Status.Ok)
            {
                s_chargedPages -= before;
                ulong unmapped = PageTable.Unmap(KernelPageTable.Root, start, start + length, true);
                if (isStack)
                    s_stackPages -= unmapped;
            }

            SpinLock.Release(spinLock, LockRank.AddressSpace, interrupts);
        }

        return status;
    }

    /// <summary>Gives the frames of a range back; the next touch finds zeros.</summary>
    public static Status Discard(ulong start, ulong length)
    {
        if (!IsRange(start, length))
            return Status.InvalidArgument;
        fixed (SpinLock* spinLock = &s_lock)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.AddressSpace);
            _ = PageTable.Unmap(KernelPageTable.Root, start, start + RoundUp(length), false);
            SpinLock.Release(spinLock, LockRank.AddressSpace, interrupts);
        }

        return Status.Ok;
    }

    /// <summary>Resolves a page fault: true if the access may be tried again.</summary>
    public static bool TryResolve(ulong address, bool write, bool execute)
    {
        if (address < WindowStart || address >= WindowEnd)
            return false;
        bool resolved = false;
        fixed (SpinLock* spinLock = &s_lock)
        fixed (RegionMap* regions = &s_regions)
        {
            uint interrupts = SpinLock.Acquire(spinLock, LockRank.AddressSpace);
            if (regions->TryFind(address, out Region region))
            {
                Protection wanted = execute ? Protection.Execute : write ? Protection.Write : Protection.Read;
                if ((region.Protection & wanted) != 0)
                {
                    resolved = MakePresent(address & ~(PageTable.PageBytes - 1), region.Protection);
                    if (resolved && region.Kind == Stack)
                        s_stackPages++;
                }
            }

            s_faults++;
            SpinLock.Release(spinLock, LockRank.AddressSpace, interrupts);
        }

        return resolved;
    }

    /// <summary>Makes a writable range present before code that may not fault touches it.</summary>
    public static bool EnsurePresent(ulong start, ulong length)
    {
        ulong end = start + length;
        for (ulong page = start & ~(PageTable.PageBytes - 1); page < end; page += PageTable.PageBytes)
        {
            ulong* entry = PageTable.Find(KernelPageTable.Root, page);
            if ((entry == null || (*entry & PageTable.Present) == 0) && !TryResolve(page, true, false))
                return false;
        }

        return true;
    }

    private static bool MakePresent(ulong page, Protection protection)
    {
        ulong* entry = PageTable.Find(KernelPageTable.Root, page);
        if (entry != null && (*entry & PageTable.AddressMask) != 0)
        {
            // Another thread was faster, the translation was stale, or the page was made inaccessible for a while.
            *entry = (*entry & PageTable.AddressMask) | FlagsOf(protection);
            Processor.InvalidatePage(page);
            return true;
        }

        if (!PhysicalMemory.TryAllocateZeroed(out ulong frame))
            return false;
        if (PageTable.Map(KernelPageTable.Root, page, frame, FlagsOf(protection)))
            return true;
        PhysicalMemory.Free(frame);
        return false;
    }

    private static ulong ChargedWithin(RegionMap* regions, ulong start, ulong end)
    {
        ulong pages = 0;
        ulong at = start;
        while (at < end && regions->TryFindNext(at, out Region region) && region.Start < end)
        {
            if (region.Protection != Protection.None && region.Kind != Stack)
                pages += Overlap(region, start, end);
            at = region.End;
        }

        return pages;
    }

    private static ulong PagesOfKind(RegionMap* regions, ulong start, ulong end)
    {
        ulong pages = 0;
        ulong at = start;
        while (at < end && regions->TryFindNext(at, out Region region) && region.Start < end)
        {
            if (region.Kind != Stack)
                pages += Overlap(region, start, end);
            at = region.End;
        }

        return pages;
    }

    private static ulong Overlap(Region region, ulong start, ulong end)
    {
        ulong low = region.Start > start ? region.Start : start;
        ulong high = region.End < end ? region.End : end;
        return (high - low) / PageTable.PageBytes;
    }

    private static ulong FlagsOf(Protection protection)
    {
        ulong flags = protection == Protection.None ? 0 : PageTable.Present;
        if ((protection & Protection.Write) != 0)
            flags |= PageTable.Writable;
        if ((protection & Protection.Execute) == 0)
            flags |= PageTable.NoExecute;
        return flags;
    }

    private static bool IsRange(ulong start, ulong length) =>
        length != 0 && (start & (PageTable.PageBytes - 1)) == 0 && start >= WindowStart
        && length <= WindowEnd - WindowStart && start + length <= WindowEnd;

    private static byte* AllocateNodePage() =>
        PhysicalMemory.TryAllocateZeroed(out ulong frame) ? DirectMap.Pointer(frame) : null;

    private static ulong RoundUp(ulong value) => (value + PageTable.PageBytes - 1) & ~(PageTable.PageBytes - 1);
}
