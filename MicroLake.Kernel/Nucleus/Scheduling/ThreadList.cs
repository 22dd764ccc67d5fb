using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Processes;

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

    /// <summary>Makes a control block with an identifier, for a thread of that process. False: no memory, or too many threads.</summary>
    public static bool TryAllocate(Process* process, out Thread* thread)
    {
        thread = null;
        if (sizeof(Thread) > Thread.XsaveOffset || !PhysicalMemory.TryAllocateZeroed(out ulong frame))
            return false;
        thread = (Thread*)DirectMap.Pointer(frame);
        ExtendedState.InitializeArea(Thread.Xsave(thread));
        thread->Process = process;
        uint interrupts = AcquireLock();
        bool added = ThreadTable.TryAdd(thread);
        if (added)
        {
            thread->AllNext = s_first;
            if (s_first != null)
                s_first->AllPrevious = thread;
            s_first = thread;
            s_count++;
            process->ThreadCount++;
        }

        ReleaseLock(interrupts);
        if (!added)
            PhysicalMemory.Free(frame);
        return added;
    }

    /// <summary>From now on nobody finds the thread.</summary>
    public static void Remove(Thread* thread)
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
        thread->Process->ThreadCount--;
        ReleaseLock(interrupts);
    }

    /// <summary>Calls the visitor for every thread. The caller holds the lock.</summary>
    public static void VisitLocked(delegate*<Thread*, void*, void> visitor, void* context)
    {
        for (Thread* thread = s_first; thread != null; thread = thread->AllNext)
            visitor(thread, context);
    }
}
