using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;
using Interlocked = System.Threading.Interlocked;
using Volatile = System.Threading.Volatile;

namespace MicroLake.Nucleus.Ipc;

/// <summary>
/// Waiting at kernel objects. A thread's wait is ended by whoever holds the object's lock, or by its deadline; the timer needs no
/// object's lock, so a thread whose deadline came takes itself out when it runs, and until then may still be served.
/// </summary>
/// <remarks>
/// <see cref="Thread.WaitObject"/> is written by the waiting thread. The one exception is the last thing that is done to a
/// thread whose deadline came while it was served: from then on it knows the outcome and needs the object, which may go, no more.
/// </remarks>
internal static unsafe class IpcWait
{
    /// <summary>
    /// The current thread is about to wait at the object, which is locked. False: a cancellation was on its way, and is used up.
    /// </summary>
    public static bool TryBegin(Thread* current, KernelObject* target, WaitKind kind)
    {
        current->WaitObject = target;
        // After the object, so that who sees this sees that one; a full barrier: either this sees the cancellation, or that sees this wait.
        Volatile.Write(ref *(byte*)&current->WaitKind, (byte)kind);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref current->CancelWanted) == 0)
            return true;
        current->CancelWanted = 0;
        Leave(current);
        return false;
    }

    /// <summary>The current thread does not wait after all. The object is locked.</summary>
    public static void Leave(Thread* current)
    {
        Volatile.Write(ref *(byte*)&current->WaitKind, (byte)WaitKind.None);
    }

    /// <summary>Waits until <see cref="Complete"/> or the deadline (monotonic nanoseconds), and frees the object's lock meanwhile.</summary>
    public static Status Block(Thread* current, ulong deadline)
    {
        KernelObject* target = current->WaitObject;
        if (!Scheduler.Block(deadline, &target->Lock, LockRank.KernelObject))
            return current->WaitStatus;

        while (true)
        {
            target = (KernelObject*)Volatile.Read(ref *(ulong*)&current->WaitObject);
            if (target == null)
                return current->WaitStatus;
            if (SpinLock.TryAcquire(&target->Lock))
            {
                LockOrder.Enter(LockRank.KernelObject);
                Status status = TimeOut(current, target);
                HandleAccess.Unlock(target);
                return status;
            }

            ProcessorRequest.Serve();
            Processor.Pause();
        }
    }

    /// <summary>Ends a thread's wait with that outcome. The object is locked, and the thread is in none of its queues any more.</summary>
    public static void Complete(Thread* thread, Status status)
    {
        thread->WaitStatus = status;
        Volatile.Write(ref *(byte*)&thread->WaitKind, (byte)WaitKind.None);
        if (!Scheduler.TryWake(thread))
            Volatile.Write(ref *(ulong*)&thread->WaitObject, 0);
    }

    /// <summary>
    /// Ends a thread's present wait at a kernel object, or its next one, with <see cref="Status.Cancelled"/>. The caller sees to it that the
    /// thread stays.
    /// </summary>
    public static void Cancel(Thread* thread)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        Interlocked.Exchange(ref thread->CancelWanted, 1u);
        while (true)
        {
            // In this order: who does not wait has no object that could be trusted.
            if (Volatile.Read(ref *(byte*)&thread->WaitKind) == (byte)WaitKind.None)
                break;
            var target = (KernelObject*)Volatile.Read(ref *(ulong*)&thread->WaitObject);
            if (target == null)
                break;
            if (SpinLock.TryAcquire(&target->Lock))
            {
                LockOrder.Enter(LockRank.KernelObject);
                // One that runs is on its way into a wait, and looks for the cancellation once it has this lock, or out of one that its deadline has ended.
                if (thread->WaitObject == target && thread->WaitKind != WaitKind.None && thread->State == ThreadState.Blocked && Interlocked.Exchange(ref thread->CancelWanted, 0u) != 0)
                {
                    TakeOut(thread, target);
                    Complete(thread, Status.Cancelled);
                }

                HandleAccess.Unlock(target);
                break;
            }

            ProcessorRequest.Serve();
            Processor.Pause();
        }

        Scheduler.Preempt(interrupts);
    }

    /// <summary>A cancellation that has found no wait of the current thread is forgotten.</summary>
    public static void ForgetCancellation() => Interlocked.Exchange(ref Processor.CurrentThread()->CancelWanted, 0u);

    private static Status TimeOut(Thread* current, KernelObject* target)
    {
        bool waits = current->WaitObject == target && current->WaitKind != WaitKind.None;
        if (waits)
        {
            TakeOut(current, target);
            current->WaitStatus = Status.TimedOut;
        }

        Leave(current);
        return current->WaitStatus;
    }

    /// <summary>Takes a thread out of the queue that it waits in, or away from the server that has its call.</summary>
    private static void TakeOut(Thread* thread, KernelObject* target)
    {
        switch (thread->WaitKind)
        {
            case WaitKind.Calling:
                Endpoint.Dequeue((Endpoint*)target, thread);
                break;
            case WaitKind.Receiving:
                Endpoint.RemoveServer((Endpoint*)target, thread);
                break;
            case WaitKind.Reply:
                thread->Server->Client = null;
                thread->Server = null;
                break;
            case WaitKind.Bits:
                ((Notification*)target)->Waiters.Remove(thread);
                break;
        }
    }
}
