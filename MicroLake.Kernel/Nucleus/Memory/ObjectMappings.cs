using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// Memory objects in address spaces. A mapping is a region of a kind of its own (<see cref="AddressSpace.FirstMapping"/> and its slot), and
/// comes and goes as a whole; the general operations on ranges leave it alone.
/// </summary>
internal static unsafe class ObjectMappings
{
    /// <summary>Mappings that a space may have: what fits a page.</summary>
    public const uint Capacity = 128;

    /// <summary>Pages around one that is touched, at a multiple of their length.</summary>
    private const ulong NeighbourBytes = 16 * PageTable.PageBytes;

    /// <summary>
    /// Maps a part of an object, which the caller has pinned; the mapping takes the reference over on success.
    /// </summary>
    /// <param name="start">Where; 0: at a place of the kernel's choice, which it then says.</param>
    public static Status Map(
        AddressSpace* space, MemoryObject* target, ulong offset, ulong length, Protection protection, bool inBarrier, ref ulong start)
    {
        if (((offset | length) & (PageTable.PageBytes - 1)) != 0 || length == 0
            || offset / PageTable.PageBytes >= target->Pages || length / PageTable.PageBytes > target->Pages - offset / PageTable.PageBytes)
            return Status.InvalidArgument;
        if (!EnsureTable(space))
            return Status.OutOfMemory;
        uint interrupts = AddressSpace.Acquire(space);
        uint index = 0;
        while (index < Capacity && space->Mappings[index].Object != null)
            index++;
        Status status = index == Capacity ? Status.LimitReached
            : AddressSpace.ReserveLocked(
                space, ref start, length, PageTable.PageBytes, protection, AddressSpace.FirstMapping + index, inBarrier);
        if (status == Status.Ok)
        {
            ObjectMapping* mapping = space->Mappings + index;
            mapping->Start = start;
            mapping->Length = length;
            mapping->FirstPage = offset / PageTable.PageBytes;
            mapping->Object = target;
        }

        AddressSpace.Release(space, interrupts);
        return status;
    }

    /// <summary>The same for the object that a process's handle names; the handle must give the rights that the mapping shows.</summary>
    public static Status MapByHandle(
        Process* owner, uint handle, AddressSpace* space, ulong offset, ulong length, Protection protection, bool inBarrier, ref ulong start)
    {
        HandleRights wanted = ((protection & Protection.Read) != 0 ? HandleRights.Read : 0)
            | ((protection & Protection.Write) != 0 ? HandleRights.Write : 0)
            | ((protection & Protection.Execute) != 0 ? HandleRights.Execute : 0);
        if (wanted == HandleRights.None)
            return Status.InvalidArgument;
        Status status = HandleAccess.Pin(owner, handle, ObjectType.Memory, wanted, out KernelObject* target);
        if (status != Status.Ok)
            return status;
        status = Map(space, (MemoryObject*)target, offset, length, protection, inBarrier, ref start);
        if (status != Status.Ok)
            ObjectLifetime.Release(target);
        return status;
    }

    /// <summary>Takes the mapping away that begins at this address.</summary>
    public static Status Unmap(AddressSpace* space, ulong start)
    {
        MemoryObject* target = null;
        uint interrupts = AddressSpace.Acquire(space);
        for (uint i = 0; i < Capacity && space->Mappings != null; i++)
        {
            ObjectMapping* mapping = space->Mappings + i;
            if (mapping->Object == null || mapping->Start != start)
                continue;
            if (AddressSpace.RemoveLocked(space, start, mapping->Length) != Status.Ok)
                break;
            target = mapping->Object;
            mapping->Object = null;
            break;
        }

        AddressSpace.Release(space, interrupts);
        if (target == null)
            return Status.NotFound;
        ObjectLifetime.Release(&target->Header);
        return Status.Ok;
    }

    /// <summary>Ends all mappings of a space whose page tables are gone.</summary>
    public static void Dismantle(AddressSpace* space)
    {
        if (space->Mappings == null)
            return;
        for (uint i = 0; i < Capacity; i++)
            if (space->Mappings[i].Object != null)
                ObjectLifetime.Release(&space->Mappings[i].Object->Header);
        KeptFrames.Free(DirectMap.Physical(space->Mappings));
        space->Mappings = null;
    }

    /// <summary>
    /// Makes a page of a mapping's region present, and its neighbours that have their frames already: who runs a program's code needs more of
    /// it soon, and a fault costs ten times as much as a page in passing. The space is locked. False: no memory.
    /// </summary>
    public static bool TryMapPage(AddressSpace* space, Region region, ulong page, ulong flags)
    {
        ObjectMapping* mapping = space->Mappings + (region.Kind - AddressSpace.FirstMapping);
        if (!MemoryObject.TryGetFrame(mapping->Object, PageOf(mapping, page), out ulong frame) || !AddressSpace.TryMap(space, page, frame, flags))
            return false;
        // Entries of pages in a row are in a row: the window does not cross a page table.
        ulong* entry = PageTable.Find(space->Root, page);
        ulong window = page & ~(NeighbourBytes - 1);
        ulong low = region.Start > window ? region.Start : window;
        ulong high = region.End < window + NeighbourBytes ? region.End : window + NeighbourBytes;
        for (ulong at = low; at < high; at += PageTable.PageBytes)
        {
            ulong* neighbour = entry + (long)(at - page) / (long)PageTable.PageBytes;
            if (*neighbour == 0 && MemoryObject.FrameOf(mapping->Object, PageOf(mapping, at)) is var there && there != 0)
                *neighbour = there | flags;
        }

        return true;
    }

    private static ulong PageOf(ObjectMapping* mapping, ulong address) => mapping->FirstPage + (address - mapping->Start) / PageTable.PageBytes;

    private static bool EnsureTable(AddressSpace* space)
    {
        if (space->Mappings != null)
            return true;
        if (!KeptFrames.TryAllocateZeroed(out ulong frame))
            return false;
        if (Interlocked.CompareExchange(ref *(ulong*)&space->Mappings, (ulong)DirectMap.Pointer(frame), 0) != 0)
            KeptFrames.Free(frame);
        return true;
    }
}
