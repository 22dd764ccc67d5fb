using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Paging;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls of the pager, one thread that moves private pages of processes between frames and the swap disk. What it passes is in memory that it has touched.</summary>
internal static unsafe class SwapCalls
{
    [RuntimeExport("mk_swap_begin")]
    private static Status Begin(ulong slots) => Swap.Begin(slots);

    /// <summary>From now on nothing is promised beyond the frames. <see cref="Status.OutOfMemory"/>: more is promised already. Forced, it is so in any case.</summary>
    [RuntimeExport("mk_swap_end_promises")]
    private static Status EndPromises(int force)
    {
        if (force != 0)
            CommitCharge.EndPromises();
        return force != 0 || CommitCharge.TryEndPromises() ? Status.Ok : Status.OutOfMemory;
    }

    [RuntimeExport("mk_swap_end")]
    private static Status End() => Swap.End();

    [RuntimeExport("mk_swap_information")]
    private static void Information(SwapInformation* information) => Swap.Describe(information);

    /// <inheritdoc cref="PageWait.WaitForWork"/>
    [RuntimeExport("mk_swap_wait")]
    private static void Wait(ulong deadline, int wantsRoom, uint* owner, ulong* page, ulong* room)
    {
        PageWait.WaitForWork(deadline, wantsRoom != 0, out uint who, out ulong where, out ulong wanted);
        *owner = who;
        *page = where;
        *room = wanted;
    }

    [RuntimeExport("mk_swap_wake")]
    private static void Wake() => PageWait.WakePager();

    [RuntimeExport("mk_swap_take_slots")]
    private static ulong TakeSlots(ulong most, ulong* first)
    {
        ulong count = Swap.TakeSlots(most, out ulong found);
        *first = found;
        return count;
    }

    [RuntimeExport("mk_swap_give_slots")]
    private static void GiveSlots(ulong first, ulong count)
    {
        for (ulong i = 0; i < count; i++)
            Swap.GiveSlot(first + i);
    }

    /// <summary>
    /// Collects pages of the process at a place of the process table, whose identifier it says, from an address on, which it moves on. -1: there is no such process, or no
    /// more of it; -2: no such place.
    /// </summary>
    [RuntimeExport("mk_swap_collect")]
    private static int Collect(int place, ulong* address, int swapped, ulong* pages, int most, uint* owner)
    {
        *owner = 0;
        if (place < 0 || place >= ProcessTable.Capacity)
            return -2;
        Process* process = ProcessTable.PinAt(place);
        if (process == null)
            return -1;
        *owner = process->Id;
        ulong at = *address;
        int count = at >= process->Space->High ? -1 : AddressSpace.Collect(process->Space, ref at, swapped != 0, pages, most);
        *address = at;
        ProcessTable.Unpin(process);
        return count;
    }

    /// <inheritdoc cref="AddressSpace.BeginLeaving"/>
    [RuntimeExport("mk_swap_begin_leaving")]
    private static int BeginLeaving(uint owner, ulong* pages, int count, byte* data)
    {
        Process* process = ProcessTable.Pin(owner);
        if (process == null)
            return 0;
        int left = AddressSpace.BeginLeaving(process->Space, pages, count, data);
        ProcessTable.Unpin(process);
        return left;
    }

    /// <inheritdoc cref="AddressSpace.EndLeaving"/>
    [RuntimeExport("mk_swap_end_leaving")]
    private static void EndLeaving(uint owner, ulong* pages, int count, ulong slot)
    {
        Process* process = ProcessTable.Pin(owner);
        if (process != null)
        {
            Swap.CountOut(AddressSpace.EndLeaving(process->Space, pages, count, slot));
            ProcessTable.Unpin(process);
        }
        else if (slot != 0)
        {
            GiveSlots(slot, (ulong)count);
        }

        PageWait.RoomWasMade();
    }

    /// <inheritdoc cref="AddressSpace.FindSlots"/>
    [RuntimeExport("mk_swap_find")]
    private static ulong Find(uint owner, ulong page, int most, int* count)
    {
        *count = 0;
        Process* process = ProcessTable.Pin(owner);
        if (process == null)
            return 0;
        ulong slot = AddressSpace.FindSlots(process->Space, page, most, out int found);
        ProcessTable.Unpin(process);
        *count = found;
        return slot;
    }

    /// <inheritdoc cref="AddressSpace.Bring"/>
    [RuntimeExport("mk_swap_bring")]
    private static Status Bring(uint owner, ulong page, ulong slot, int count, byte* data)
    {
        Process* process = ProcessTable.Pin(owner);
        if (process == null)
            return Status.NotFound;
        bool brought = AddressSpace.Bring(process->Space, page, slot, count, data);
        ProcessTable.Unpin(process);
        Swap.CountIn(count);
        return brought ? Status.Ok : Status.OutOfMemory;
    }

    /// <summary>Whoever waits for one of these pages tries again.</summary>
    [RuntimeExport("mk_swap_complete")]
    private static void Complete(uint owner, ulong page, int count) => PageWait.Complete(owner, page, page + (ulong)count * Arch.X64.PageTable.PageBytes);

    /// <summary>Ends a process whose page cannot be had, with the reason as its last words.</summary>
    [RuntimeExport("mk_swap_give_up")]
    private static void GiveUp(uint owner, byte* message, int length)
    {
        Process* process = ProcessTable.Pin(owner);
        if (process == null)
            return;
        ProcessLife.GiveUp(process, message, length);
        ProcessTable.Unpin(process);
    }
}
