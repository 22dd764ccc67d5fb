using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Ipc;

/// <summary>Signals and waits: the bodies of the kernel calls, for threads of any process.</summary>
internal static unsafe class Notifications
{
    /// <summary>Sets bits; one who waits gets them.</summary>
    public static Status Signal(uint handle, ulong bits)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        Status status = HandleAccess.Lock(
            Processor.CurrentThread()->Process, handle, ObjectType.Notification, HandleRights.Signal, out KernelObject* target, out _);
        if (status == Status.Ok)
        {
            Set((Notification*)target, bits);
            HandleAccess.Unlock(target);
        }

        Scheduler.Preempt(interrupts);
        return status;
    }

    /// <summary>Takes all bits that are set, or waits until some are. Deadline in monotonic nanoseconds, <see cref="ulong.MaxValue"/>: none.</summary>
    public static Status Wait(uint handle, ulong deadline, out ulong bits)
    {
        bits = 0;
        uint interrupts = SpinLock.DisableInterrupts();
        Thread* current = Processor.CurrentThread();
        Status status = HandleAccess.Lock(
            current->Process, handle, ObjectType.Notification, HandleRights.Wait, out KernelObject* target, out _);
        if (status == Status.Ok)
            status = WaitLocked((Notification*)target, current, deadline);
        if (status == Status.Ok)
            bits = current->TakenBits;
        Scheduler.Preempt(interrupts);
        return status;
    }

    private static Status WaitLocked(Notification* notification, Thread* current, ulong deadline)
    {
        if (!IpcWait.TryBegin(current, &notification->Header, WaitKind.Bits))
        {
            HandleAccess.Unlock(&notification->Header);
            return Status.Cancelled;
        }

        if (notification->Bits == 0)
        {
            notification->Waiters.Append(current);
            return IpcWait.Block(current, deadline);
        }

        current->TakenBits = notification->Bits;
        notification->Bits = 0;
        IpcWait.Leave(current);
        HandleAccess.Unlock(&notification->Header);
        return Status.Ok;
    }

    /// <summary>Sets bits of a notification that is locked; one who waits gets them.</summary>
    public static void Set(Notification* notification, ulong bits)
    {
        notification->Bits |= bits;
        Thread* waiter = notification->Waiters.First;
        if (waiter == null || notification->Bits == 0)
            return;
        notification->Waiters.Remove(waiter);
        waiter->TakenBits = notification->Bits;
        notification->Bits = 0;
        IpcWait.Complete(waiter, Status.Ok);
    }
}
