using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Memory;

/// <summary>Pages of reserved ranges appear when they are touched, by a fault or by the kernel itself.</summary>
internal unsafe partial struct AddressSpace
{
    private const ulong FollowerBytes = 4 * PageTable.PageBytes;

    /// <summary>Resolves a page fault: true if the access may be tried again.</summary>
    public static bool TryResolve(AddressSpace* space, ulong address, bool write, bool execute) =>
        Resolve(space, address, write, execute) == FaultResolution.Present;

    /// <summary>The same for memory that may be on a disk.</summary>
    public static FaultResolution Resolve(AddressSpace* space, ulong address, bool write, bool execute)
    {
        if (address < space->Low || address >= space->High)
            return FaultResolution.None;
        uint interrupts = Acquire(space);
        FaultResolution resolution = ResolveLocked(space, address, execute ? Protection.Execute : write ? Protection.Write : Protection.Read);
        space->Faults++;
        Release(space, interrupts);
        return resolution;
    }

    /// <summary>Makes a writable range present before code that may not fault touches it.</summary>
    public static bool EnsurePresent(AddressSpace* space, ulong start, ulong length)
    {
        ulong end = start + length;
        for (ulong page = start & ~(PageTable.PageBytes - 1); page < end; page += PageTable.PageBytes)
        {
            ulong* entry = PageTable.Find(space->Root, page);
            if ((entry == null || (*entry & PageTable.Present) == 0) && !TryResolve(space, page, true, false))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Copies between kernel memory and a space that need not be the current one, without ever faulting. False: a part of the range is not
    /// accessible in that way; what lies before it has been copied.
    /// </summary>
    /// <param name="wanted">The right that the range must give: <see cref="Protection.Write"/> to write by a process's own rights,
    /// <see cref="Protection.Read"/> to read, <see cref="Protection.None"/> for a loader, which fills what the process itself may not write.</param>
    /// <param name="missing">The page that the pager has to bring first, if that is why; else 0.</param>
    public static bool TryCopy(AddressSpace* space, ulong address, byte* kernel, ulong bytes, bool toSpace, Protection wanted, out ulong missing)
    {
        missing = 0;
        if (address < space->Low || address >= space->High || bytes > space->High - address)
            return false;
        while (bytes != 0)
        {
            ulong inPage = PageTable.PageBytes - (address & (PageTable.PageBytes - 1));
            ulong count = bytes < inPage ? bytes : inPage;
            uint interrupts = Acquire(space);
            FaultResolution resolution = ResolveLocked(space, address, wanted);
            if (resolution == FaultResolution.Present)
            {
                ulong* entry = PageTable.Find(space->Root, address);
                byte* frame = DirectMap.Pointer(*entry & PageTable.AddressMask) + (address & (PageTable.PageBytes - 1));
                RawMemory.Copy(toSpace ? frame : kernel, toSpace ? kernel : frame, count);
            }

            Release(space, interrupts);
            if (resolution == FaultResolution.Waits)
                missing = address & ~(PageTable.PageBytes - 1);
            if (resolution != FaultResolution.Present)
                return false;
            address += count;
            kernel += count;
            bytes -= count;
        }

        return true;
    }

    private static FaultResolution ResolveLocked(AddressSpace* space, ulong address, Protection wanted)
    {
        if (!space->_regions.TryFind(address, out Region region) || region.Kind == Barrier)
            return FaultResolution.None;
        if (wanted != Protection.None && (region.Protection & wanted) == 0)
            return FaultResolution.None;
        return MakePresent(space, region, address & ~(PageTable.PageBytes - 1));
    }

    private static FaultResolution MakePresent(AddressSpace* space, Region region, ulong page)
    {
        Protection protection = region.Protection;
        ulong* entry = PageTable.Find(space->Root, page);
        if (entry != null && (*entry & PageTable.AddressMask) != 0)
        {
            if ((*entry & PageTable.Swapped) != 0)
                return FaultResolution.Waits;
            // Another thread was faster, the translation was stale, the page was made inaccessible for a while, or it is on its way to the disk, and stays.
            *entry = (*entry & (PageTable.AddressMask | PageTable.Borrowed)) | FlagsOf(space, protection);
            Processor.InvalidatePage(page);
            return FaultResolution.Present;
        }

        ulong flags = FlagsOf(space, protection);
        if (region.Kind >= FirstMapping)
            return ObjectMappings.TryMapPage(space, region, page, flags | PageTable.Borrowed) ? FaultResolution.Present : Shortage(space);
        if (space->IsUser && !CommitCharge.TryClaim())
            return FaultResolution.Waits;
        if (!PhysicalMemory.TryAllocateZeroed(out ulong frame))
            return GiveUpClaim(space);
        if (entry != null)
        {
            *entry = frame | flags;
        }
        else if (TryMap(space, page, frame, flags))
        {
            entry = PageTable.Find(space->Root, page);
        }
        else
        {
            PhysicalMemory.Free(frame);
            return GiveUpClaim(space);
        }

        space->ResidentPages++;
        if (region.Kind == Stack && !space->IsUser)
            TakeStackPage(space);
        if (region.Kind == Anonymous && PhysicalMemory.FreeFrames > PhysicalMemory.UsableFrames / 2)
            MakeFollowersPresent(space, region, page, entry);
        return FaultResolution.Present;
    }

    private static FaultResolution GiveUpClaim(AddressSpace* space)
    {
        if (space->IsUser)
            CommitCharge.Unclaim(1);
        return Shortage(space);
    }

    /// <summary>What a fault comes to that got no frame, or no page table: where frames are full of private memory, the pager can help.</summary>
    private static FaultResolution Shortage(AddressSpace* space) =>
        space->IsUser && CommitCharge.IsPaging && CommitCharge.Room <= 0 ? FaultResolution.Waits : FaultResolution.None;

    /// <summary>
    /// Who touches a page of a heap goes on to the next one: while memory is plenty, the pages up to the next multiple of four come with it, at a third of what
    /// a fault costs. All are promised already.
    /// </summary>
    private static void MakeFollowersPresent(AddressSpace* space, Region region, ulong page, ulong* entry)
    {
        ulong window = (page & ~(FollowerBytes - 1)) + FollowerBytes;
        ulong end = region.End < window ? region.End : window;
        for (page += PageTable.PageBytes, entry++; page < end && *entry == 0; page += PageTable.PageBytes, entry++)
        {
            if (space->IsUser && !CommitCharge.TryClaim())
                return;
            if (!PhysicalMemory.TryAllocateZeroed(out ulong frame))
            {
                if (space->IsUser)
                    CommitCharge.Unclaim(1);
                return;
            }

            space->ResidentPages++;
            *entry = frame | FlagsOf(space, region.Protection);
        }
    }

    /// <summary>Maps a page, with the tables that it needs. False: there is no memory for them, or the process has too many. The space is locked.</summary>
    public static bool TryMap(AddressSpace* space, ulong page, ulong frame, ulong flags)
    {
        if (!space->IsUser || PageTable.Find(space->Root, page) != null)
            return PageTable.Map(space->Root, page, frame, flags);
        if (space->TablePages > FreeTables + space->ChargeLimit / PagesPerTable || !CommitCharge.TryTakeKept(PageTable.TablesPerPage))
            return false;
        space->TablePages += PageTable.TablesPerPage;
        bool mapped = PageTable.Map(space->Root, page, frame, flags, out ulong made);
        GiveTables(space, PageTable.TablesPerPage - made);
        return mapped;
    }

    private static void GiveTables(AddressSpace* space, ulong tables)
    {
        space->TablePages -= tables;
        CommitCharge.Give(tables);
    }
}
