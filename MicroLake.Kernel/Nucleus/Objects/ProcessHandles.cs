using MicroLake.Abi;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.Objects;

/// <summary>A process's handle table with its lock, its page frames and the objects that it keeps alive.</summary>
internal static unsafe class ProcessHandles
{
    /// <summary>
    /// Gives a process a handle to a new object (null: there was no memory for it), whose one reference the handle takes over.
    /// <see cref="Status.LimitReached"/>, <see cref="Status.OutOfMemory"/>: there is no handle, and the object is gone.
    /// </summary>
    public static Status AddFirst(Process* process, KernelObject* target, HandleRights rights, out uint handle)
    {
        handle = 0;
        if (target == null)
            return Status.OutOfMemory;
        HandleTable* table = &process->Handles;
        uint interrupts = SpinLock.Acquire(&table->Lock, LockRank.HandleTable);
        Status status = MakeRoom(table, 1);
        if (status == Status.Ok)
        {
            ObjectLifetime.HandleAdded(target, target->Type, rights);
            handle = table->Add(target, target->Type, rights, 0);
        }

        SpinLock.Release(&table->Lock, LockRank.HandleTable, interrupts);
        // The handle has its own reference; without one the object ends here.
        ObjectLifetime.Release(target);
        return status;
    }

    /// <summary>
    /// A second handle to the same object with these rights, all of which the first has (<see cref="HandleRights.All"/>: the same). Only one that
    /// may receive gives its duplicates a badge; others pass their own on, for which <paramref name="badge"/> is 0.
    /// </summary>
    public static Status Duplicate(Process* process, uint handle, HandleRights rights, ulong badge, out uint duplicate)
    {
        duplicate = 0;
        HandleTable* table = &process->Handles;
        uint interrupts = SpinLock.Acquire(&table->Lock, LockRank.HandleTable);
        Status status = DuplicateLocked(table, handle, rights, badge, out duplicate);
        SpinLock.Release(&table->Lock, LockRank.HandleTable, interrupts);
        return status;
    }

    /// <summary>Ends a handle.</summary>
    public static Status Close(Process* process, uint handle)
    {
        HandleTable* table = &process->Handles;
        uint interrupts = SpinLock.Acquire(&table->Lock, LockRank.HandleTable);
        HandleSlot* slot = table->Find(handle);
        if (slot == null)
        {
            SpinLock.Release(&table->Lock, LockRank.HandleTable, interrupts);
            return Status.BadHandle;
        }

        KernelObject* target = slot->Object;
        ObjectType type = slot->Type;
        HandleRights rights = slot->Rights;
        table->Remove(slot);
        SpinLock.Release(&table->Lock, LockRank.HandleTable, interrupts);
        ObjectLifetime.HandleRemoved(target, type, rights);
        return Status.Ok;
    }

    /// <summary>What a handle is.</summary>
    public static Status Describe(Process* process, uint handle, HandleInformation* information)
    {
        HandleTable* table = &process->Handles;
        uint interrupts = SpinLock.Acquire(&table->Lock, LockRank.HandleTable);
        HandleSlot* slot = table->Find(handle);
        if (slot != null)
        {
            information->Type = slot->Type;
            information->Rights = slot->Rights;
        }

        SpinLock.Release(&table->Lock, LockRank.HandleTable, interrupts);
        return slot != null ? Status.Ok : Status.BadHandle;
    }

    /// <summary>Ends all handles of a process that has no threads any more, and its table: it gets no others.</summary>
    public static void CloseAll(Process* process)
    {
        HandleTable* table = &process->Handles;
        // Who gives the process a handle at this moment gets it back.
        uint interrupts = SpinLock.Acquire(&table->Lock, LockRank.HandleTable);
        table->Seal();
        SpinLock.Release(&table->Lock, LockRank.HandleTable, interrupts);
        uint index = 0;
        HandleSlot* slot;
        while ((slot = table->NextUsed(ref index)) != null)
            _ = Close(process, slot->Handle);
        interrupts = SpinLock.Acquire(&table->Lock, LockRank.HandleTable);
        void* page;
        while ((page = table->TakePage()) != null)
            KeptFrames.Free(DirectMap.Physical(page));
        table->Initialize(0);
        SpinLock.Release(&table->Lock, LockRank.HandleTable, interrupts);
    }

    /// <summary>Sees to it that so many handles more find room. The table's lock is held.</summary>
    public static Status MakeRoom(HandleTable* table, uint more)
    {
        if (!table->IsWithinLimit(more))
            return Status.LimitReached;
        while (table->NeedsPage(more))
        {
            if (!KeptFrames.TryAllocateZeroed(out ulong frame))
                return Status.OutOfMemory;
            table->AddPage(DirectMap.Pointer(frame));
        }

        return Status.Ok;
    }

    private static Status DuplicateLocked(HandleTable* table, uint handle, HandleRights rights, ulong badge, out uint duplicate)
    {
        duplicate = 0;
        HandleSlot* slot = table->Find(handle);
        if (slot == null)
            return Status.BadHandle;
        if (rights == HandleRights.All)
            rights = slot->Rights;
        bool mayGiveBadge = (slot->Rights & HandleRights.Receive) != 0;
        if ((slot->Rights & HandleRights.Duplicate) == 0 || (rights & ~slot->Rights) != 0 || (badge != 0 && !mayGiveBadge))
            return Status.NotPermitted;
        Status status = MakeRoom(table, 1);
        if (status != Status.Ok)
            return status;
        ObjectLifetime.HandleAdded(slot->Object, slot->Type, rights);
        duplicate = table->Add(slot->Object, slot->Type, rights, badge != 0 ? badge : slot->Badge);
        return Status.Ok;
    }
}
