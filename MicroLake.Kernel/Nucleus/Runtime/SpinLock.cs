using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus;

/// <summary>A lock that is held with interrupts off, for a short time, by nucleus code only. <see cref="LockRank"/> is their order.</summary>
internal unsafe struct SpinLock
{
    /// <summary>More stack than any nucleus code uses while it holds a lock.</summary>
    private const ulong StackUse = 2 * PageTable.PageBytes;

    public uint Word;

    /// <summary>Takes the lock. Returns whether interrupts were on, to be handed to <see cref="Release"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Acquire(SpinLock* spinLock, LockRank rank)
    {
        uint interrupts = DisableInterrupts();
        AcquireQuietly(spinLock, rank);
        return interrupts;
    }

    /// <summary>Takes the lock where interrupts are off already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AcquireQuietly(SpinLock* spinLock, LockRank rank)
    {
        LockOrder.Enter(rank);
        while (Processor.TryLock(&spinLock->Word) == 0)
            Wait(spinLock);
    }

    /// <summary>Turns interrupts off for code that will take locks. Returns whether they were on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint DisableInterrupts()
    {
        uint interrupts = Processor.DisableInterrupts();
        if (interrupts != 0)
        {
            byte here;
            Scheduling.Thread* current = Processor.CurrentThread();
            if ((ulong)&here - StackUse < current->StackPresentFrom)
                TouchStack(current);
        }

        return interrupts;
    }

    /// <summary>Takes a lock of a rank that is held already, if it is free. The caller has interrupts off.</summary>
    public static bool TryAcquire(SpinLock* spinLock) =>
        System.Threading.Volatile.Read(ref spinLock->Word) == 0 && Processor.TryLock(&spinLock->Word) != 0;

    /// <summary>Releases what <see cref="TryAcquire"/> took.</summary>
    public static void ReleaseTried(SpinLock* spinLock) => System.Threading.Volatile.Write(ref spinLock->Word, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(SpinLock* spinLock, LockRank rank, uint interrupts)
    {
        LockOrder.Leave(rank);
        System.Threading.Volatile.Write(ref spinLock->Word, 0);
        if (interrupts != 0)
            Processor.EnableInterrupts();
    }

    /// <summary>
    /// Whoever holds the lock may be waiting for an answer of this processor, which takes no interrupts here: requests are
    /// served while it spins.
    /// </summary>
    private static void Wait(SpinLock* spinLock)
    {
        while (System.Threading.Volatile.Read(ref spinLock->Word) != 0)
        {
            ProcessorRequest.Serve();
            Processor.Pause();
        }
    }

    /// <summary>
    /// The stacks of threads appear when they are touched. A fault for the stack of who holds a lock that the fault handler
    /// needs would wait for itself, so who turns interrupts off first touches what the code below it may use.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TouchStack(Scheduling.Thread* current)
    {
        byte here;
        ulong pointer = (ulong)&here;
        if (pointer < KernelAddressSpace.WindowStart || pointer >= KernelAddressSpace.WindowEnd)
            return;
        for (ulong below = 0; below <= StackUse; below += PageTable.PageBytes)
            _ = System.Threading.Volatile.Read(ref *(byte*)(pointer - below));
        current->StackPresentFrom = pointer - StackUse;
    }
}
