using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus;

/// <summary>A lock that is held with interrupts off, for a short time, by nucleus code only.</summary>
internal unsafe struct SpinLock
{
    /// <summary>More stack than any nucleus code uses while it holds a lock.</summary>
    private const ulong StackUse = 2 * PageTable.PageBytes;

    public uint Word;

    /// <summary>Takes the lock. Returns whether interrupts were on, to be handed to <see cref="Release"/>.</summary>
    public static uint Acquire(SpinLock* spinLock)
    {
        uint interrupts = Processor.DisableInterrupts();
        if (interrupts != 0)
            TouchStack();
        while (Processor.TryLock(&spinLock->Word) == 0)
            Processor.Pause();
        return interrupts;
    }

    public static void Release(SpinLock* spinLock, uint interrupts)
    {
        System.Threading.Volatile.Write(ref spinLock->Word, 0);
        if (interrupts != 0)
            Processor.EnableInterrupts();
    }

    /// <summary>
    /// The stacks of threads appear when they are touched. A fault for the stack of who holds a lock that the fault handler
    /// needs would wait for itself, so the outermost lock first touches what the code below it may use.
    /// </summary>
    private static void TouchStack()
    {
        byte here;
        ulong pointer = (ulong)&here;
        if (pointer < KernelAddressSpace.WindowStart || pointer >= KernelAddressSpace.WindowEnd)
            return;
        for (ulong below = PageTable.PageBytes; below <= StackUse; below += PageTable.PageBytes)
            _ = System.Threading.Volatile.Read(ref *(byte*)(pointer - below));
    }
}
