using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus;

/// <summary>A lock that is held with interrupts off, for a short time, by nucleus code only.</summary>
internal unsafe struct SpinLock
{
    public uint Word;

    /// <summary>Takes the lock. Returns whether interrupts were on, to be handed to <see cref="Release"/>.</summary>
    public static uint Acquire(SpinLock* spinLock)
    {
        uint interrupts = Processor.DisableInterrupts();
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
}
