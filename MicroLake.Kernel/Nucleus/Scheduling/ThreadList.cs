using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>All threads of the system, from their making to their end, behind one lock.</summary>
internal static unsafe class ThreadList
{
    private static SpinLock s_lock;
    private static Thread* s_first;
    private static uint s_count;

    /// <summary>Threads that there are, those of the idle loops included.</summary>
    public static uint Count => s_count;

    public static uint AcquireLock()
    {
        fixed (SpinLock* spinLock = &s_lock)
            return SpinLock.Acquire(spinLock, LockRank.ThreadList);
    }

    public static void ReleaseLock(uint interrupts)
    {
        fixed (SpinLock* spinLock = &s_lock)
            SpinLock.Release(spinLock, LockRank.ThreadList, interrupts);
    }

    /// <summary>Makes a control block with an identifier, for a thread of that process, unless the process has all that it may have.</summary>
    public static Status TryAllocate(Process* process, out Thread* thread)
    {
        thread = null;
        if (sizeof(Thread) > Thread.XsaveOffset || !KeptFrames.TryAllocateZeroed(out ulong frame))
            return Status.OutOfMemory;
        thread = (Thread*)DirectMap.Pointer(frame);
        ExtendedState.InitializeArea(Thread.Xsave(thread));
        thread->Process = process;
        thread->HasQuota = process->Processor.Percent != 0 ? 1u : 0;
        thread->StackPresentFrom = ulong.MaxValue;
        thread->NoSlot.Object = GoneObject.Pointer;
        thread->CallSlot = &thread->NoSlot;
        thread->ReceiveSlot = &thread->NoSlot;
        thread->CreatedAt = Clock.Monotonic();
        uint interrupts = AcquireLock();
        Status status = process->End != ProcessEnd.None ? Status.ProcessEnded
            : !process->IsKernel && process->UnreapedThreads >= process->ThreadLimit ? Status.LimitReached
            : ThreadTable.TryAdd(thread) ? Status.Ok : Status.OutOfMemory;
        if (status == Status.Ok)
        {
            thread->AllNext = s_first;
            if (s_first != null)
                s_first->AllPrevious = thread;
            s_first = thread;
            s_count++;
            process->ThreadCount++;
            Interlocked.Increment(ref process->UnreapedThreads);
        }

        ReleaseLock(interrupts);
        if (status != Status.Ok)
            KeptFrames.Free(frame);
        return status;
    }

    /// <summary>The thread's memory has been given back.</summary>
    public static void Forget(Process* process) => Interlocked.Decrement(ref process->UnreapedThreads);

    /// <summary>From now on nobody finds the thread. True: it was the last of its process.</summary>
    public static bool Remove(Thread* thread)
    {
        uint interrupts = AcquireLock();
        if (thread->AllPrevious != null)
            thread->AllPrevious->AllNext = thread->AllNext;
        else
            s_first = thread->AllNext;
        if (thread->AllNext != null)
            thread->AllNext->AllPrevious = thread->AllPrevious;
        ThreadTable.Remove(thread);
        s_count--;
        thread->Process->EndedRunNanoseconds += Scheduler.RunTime(thread);
        bool wasLast = --thread->Process->ThreadCount == 0;
        // Nobody may add a thread to what is ending.
        if (wasLast && !thread->Process->IsKernel && thread->Process->End == ProcessEnd.None)
            thread->Process->End = ProcessEnd.Exit;
        if (wasLast)
            KnownRuns.LearnLocked(thread->Process);
        ReleaseLock(interrupts);
        return wasLast;
    }

    /// <summary>Calls the visitor for every thread. The caller holds the lock.</summary>
    public static void VisitLocked(delegate*<Thread*, void*, void> visitor, void* context)
    {
        for (Thread* thread = s_first; thread != null; thread = thread->AllNext)
            visitor(thread, context);
    }
}
