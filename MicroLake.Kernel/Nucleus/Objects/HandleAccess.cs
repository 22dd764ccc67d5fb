using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Processes;

namespace MicroLake.Nucleus.Objects;

/// <summary>From a handle to its object.</summary>
internal static unsafe class HandleAccess
{
    /// <summary>
    /// Locks the object that a handle names, if it is of that type and the handle has all of these rights. Called with interrupts
    /// off. The table's lock is not needed: a handle that still exists when the object is locked keeps the object alive until the lock is
    /// free, and memory of objects is given to other uses only when no processor can be between the two (<see cref="ObjectMemory"/>).
    /// </summary>
    public static Status Lock(Process* process, uint handle, ObjectType type, HandleRights rights, out KernelObject* target, out ulong badge)
    {
        target = null;
        badge = 0;
        uint wanted = HandleSlot.Pack(type, rights);
        while (true)
        {
            HandleSlot* slot = process->Handles.Find(handle);
            if (slot == null)
                return Status.BadHandle;
            uint access = slot->Access;
            KernelObject* found = slot->Object;
            badge = slot->Badge;
            if (Volatile.Read(ref slot->Handle) != handle)
                return Status.BadHandle;
            if ((access & wanted) != wanted || slot->Type != type)
                return slot->Type != type ? Status.WrongType : Status.NotPermitted;
            if (SpinLock.TryAcquire(&found->Lock))
            {
                if (Volatile.Read(ref slot->Handle) == handle)
                {
                    LockOrder.Enter(LockRank.KernelObject);
                    target = found;
                    return Status.Ok;
                }

                SpinLock.ReleaseTried(&found->Lock);
                return Status.BadHandle;
            }

            // Nothing that was read above is used after this: the object may be gone.
            ProcessorRequest.Serve();
            Processor.Pause();
        }
    }

    /// <summary>The object that a handle names, which stays until <see cref="ObjectLifetime.Release"/>.</summary>
    public static Status Pin(Process* process, uint handle, ObjectType type, HandleRights rights, out KernelObject* target)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        Status status = Lock(process, handle, type, rights, out target, out _);
        if (status == Status.Ok)
        {
            Interlocked.Increment(ref target->References);
            Unlock(target);
        }

        if (interrupts != 0)
            Processor.EnableInterrupts();
        return status;
    }

    /// <summary>Frees the lock of <see cref="Lock"/>; interrupts stay off.</summary>
    public static void Unlock(KernelObject* target) => SpinLock.Release(&target->Lock, LockRank.KernelObject, 0);
}
