using MicroLake.Abi;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Ipc;

/// <summary>How notifications come and go.</summary>
internal static unsafe class NotificationLife
{
    private const HandleRights FirstRights =
        HandleRights.Signal | HandleRights.Wait | HandleRights.Duplicate | HandleRights.Transfer;

    /// <summary>A new notification without bits, and the process's handle to it with every right.</summary>
    public static Status Create(Process* process, out uint handle) =>
        ProcessHandles.AddFirst(process, ObjectMemory.Allocate(ObjectType.Notification), FirstRights, out handle);

    /// <summary>Nothing refers to the notification any more: nobody can signal those who still wait.</summary>
    public static void End(Notification* notification)
    {
        uint interrupts = SpinLock.Acquire(&notification->Header.Lock, LockRank.KernelObject);
        Thread* waiter;
        while ((waiter = notification->Waiters.First) != null)
        {
            notification->Waiters.Remove(waiter);
            IpcWait.Complete(waiter, Status.PeerClosed);
        }

        HandleAccess.Unlock(&notification->Header);
        ObjectMemory.Free(&notification->Header);
        Scheduler.Preempt(interrupts);
    }
}
