using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// Page frames that several address spaces may map. A frame is taken when its page is first touched, through whatever mapping; all are
/// promised when the object is made. Frames are found through two levels of tables of 512 entries.
/// </summary>
internal unsafe struct MemoryObject
{
    public const ulong MaxPages = EntriesPerTable * EntriesPerTable;

    private const ulong EntriesPerTable = 512;

    private const HandleRights FirstRights =
        HandleRights.Read | HandleRights.Write | HandleRights.Execute | HandleRights.Duplicate | HandleRights.Transfer;

    public KernelObject Header;

    /// <summary>Length in pages of 4 KiB.</summary>
    public ulong Pages;

    private ulong* _directory;

    /// <summary>The process that made the object: its quota has the pages until the object ends.</summary>
    private uint _owner;

    /// <summary>A new object of zeros, and the process's handle to it with every right.</summary>
    public static Status Create(Process* process, ulong pages, out uint handle)
    {
        handle = 0;
        if (pages is 0 or > MaxPages)
            return Status.InvalidArgument;
        Status charged = TryCharge(process, pages);
        if (charged != Status.Ok)
            return charged;
        var created = (MemoryObject*)ObjectMemory.Allocate(ObjectType.Memory);
        if (created == null || !KeptFrames.TryAllocateZeroed(out ulong frame))
        {
            if (created != null)
                ObjectMemory.Free(&created->Header);
            GiveCharge(process->Id, pages);
            return Status.OutOfMemory;
        }

        created->Pages = pages;
        created->_owner = process->Id;
        created->_directory = (ulong*)DirectMap.Pointer(frame);
        return ProcessHandles.AddFirst(process, &created->Header, FirstRights, out handle);
    }

    /// <summary>Nothing refers to the object any more: its frames are free.</summary>
    public static void End(MemoryObject* target)
    {
        for (ulong i = 0; i < EntriesPerTable; i++)
        {
            if (target->_directory[i] == 0)
                continue;
            var table = (ulong*)target->_directory[i];
            for (ulong j = 0; j < EntriesPerTable; j++)
                if (table[j] != 0)
                    PhysicalMemory.Free(table[j]);
            KeptFrames.Free(DirectMap.Physical(table));
        }

        KeptFrames.Free(DirectMap.Physical(target->_directory));
        GiveCharge(target->_owner, target->Pages);
        ObjectMemory.Free(&target->Header);
    }

    private static Status TryCharge(Process* process, ulong pages)
    {
        if (!process->IsKernel)
        {
            ulong limit = process->Space->ChargeLimit;
            if (pages > limit || Interlocked.Add(ref process->ObjectPages, pages) > limit)
            {
                if (pages <= limit)
                    Interlocked.Add(ref process->ObjectPages, 0 - pages);
                return Status.LimitReached;
            }
        }

        if (CommitCharge.TryTake(pages))
            return Status.Ok;
        if (!process->IsKernel)
            Interlocked.Add(ref process->ObjectPages, 0 - pages);
        return Status.OutOfMemory;
    }

    private static void GiveCharge(uint owner, ulong pages)
    {
        CommitCharge.Give(pages);
        uint interrupts = ThreadList.AcquireLock();
        Process* process = owner == 0 ? null : ProcessTable.FindLocked(owner);
        if (process != null)
            Interlocked.Add(ref process->ObjectPages, 0 - pages);
        ThreadList.ReleaseLock(interrupts);
    }

    /// <summary>The frame of a page; 0: nobody has touched it.</summary>
    public static ulong FrameOf(MemoryObject* target, ulong page)
    {
        var table = (ulong*)Volatile.Read(ref target->_directory[page / EntriesPerTable]);
        return table == null ? 0 : Volatile.Read(ref table[page % EntriesPerTable]);
    }

    /// <summary>The frame of a page, taken now if nobody has touched it. False: no memory. Two that come at once agree on one frame.</summary>
    public static bool TryGetFrame(MemoryObject* target, ulong page, out ulong frame)
    {
        frame = 0;
        ulong* entry = target->_directory + page / EntriesPerTable;
        if (Volatile.Read(ref *entry) == 0)
        {
            if (!KeptFrames.TryAllocateZeroed(out ulong table))
                return false;
            if (Interlocked.CompareExchange(ref *entry, (ulong)DirectMap.Pointer(table), 0) != 0)
                KeptFrames.Free(table);
        }

        ulong* slot = (ulong*)Volatile.Read(ref *entry) + page % EntriesPerTable;
        frame = Volatile.Read(ref *slot);
        if (frame != 0)
            return true;
        if (!PhysicalMemory.TryAllocateZeroed(out ulong taken))
            return false;
        frame = Interlocked.CompareExchange(ref *slot, taken, 0);
        if (frame == 0)
            frame = taken;
        else
            PhysicalMemory.Free(taken);
        return true;
    }
}
