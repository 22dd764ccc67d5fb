using MicroLake.Abi;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.Objects;

/// <summary>Handles that travel in a message: all of them change hands, or none.</summary>
internal static unsafe class HandleTransfer
{
    private struct Slots
    {
        public fixed ulong Addresses[Message.MaxHandles];
    }

    /// <summary>
    /// Moves the message's handles to another process, and writes their new values to <paramref name="received"/>.
    /// <see cref="Status.BadHandle"/>, <see cref="Status.NotPermitted"/>: one is not the sender's to give, or is named twice.
    /// <see cref="Status.PeerFull"/>: they find no room. Then both processes have what they had.
    /// </summary>
    public static Status Move(Process* from, Process* to, Message* sent, Message* received)
    {
        uint count = sent->HandleCount;
        if (count > Message.MaxHandles)
            return Status.InvalidArgument;
        LockBoth(from, to);
        Status status = MoveLocked(from, to, sent, received, count);
        UnlockBoth(from, to);
        return status;
    }

    private static Status MoveLocked(Process* from, Process* to, Message* sent, Message* received, uint count)
    {
        Slots slots;
        for (uint i = 0; i < count; i++)
        {
            HandleSlot* slot = from->Handles.Find(sent->Handles[i]);
            if (slot == null)
                return Status.BadHandle;
            if ((slot->Rights & HandleRights.Transfer) == 0)
                return Status.NotPermitted;
            for (uint j = 0; j < i; j++)
                if (slots.Addresses[j] == (ulong)slot)
                    return Status.BadHandle;
            slots.Addresses[i] = (ulong)slot;
        }

        if (from != to && ProcessHandles.MakeRoom(&to->Handles, count) != Status.Ok)
            return Status.PeerFull;
        for (uint i = 0; i < count; i++)
        {
            var slot = (HandleSlot*)slots.Addresses[i];
            KernelObject* target = slot->Object;
            ObjectType type = slot->Type;
            HandleRights rights = slot->Rights;
            ulong badge = slot->Badge;
            from->Handles.Remove(slot);
            received->Handles[i] = to->Handles.Add(target, type, rights, badge);
        }

        received->HandleCount = count;
        return Status.Ok;
    }

    /// <summary>Of two tables the one at the lower address comes first.</summary>
    private static void LockBoth(Process* a, Process* b)
    {
        Process* first = a < b ? a : b;
        _ = SpinLock.Acquire(&first->Handles.Lock, LockRank.HandleTable);
        if (a != b)
            _ = SpinLock.Acquire(&(a < b ? b : a)->Handles.Lock, LockRank.SecondHandleTable);
    }

    private static void UnlockBoth(Process* a, Process* b)
    {
        if (a != b)
            SpinLock.Release(&(a < b ? b : a)->Handles.Lock, LockRank.SecondHandleTable, 0);
        SpinLock.Release(&(a < b ? a : b)->Handles.Lock, LockRank.HandleTable, 0);
    }
}
