using System.Diagnostics;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Diagnostics;

namespace MicroLake.Nucleus;

/// <summary>
/// Debug builds only: panics when a processor takes a lock out of the order of <see cref="LockRank"/>. Locks are held with interrupts
/// off, so those of a processor are a plain set of bits.
/// </summary>
internal static unsafe class LockOrder
{
    /// <summary>Before the lock is waited for.</summary>
    [Conditional("DEBUG")]
    public static void Enter(LockRank rank)
    {
        if (Processors.Count == 0)
            return;
        PerCpu* cpu = Processor.CurrentCpu();
        if (cpu->HeldLocks >> (int)rank != 0)
            Panic.Raise("a lock was taken out of order; held ranks, one bit each"u8, cpu->HeldLocks);
        cpu->HeldLocks |= 1ul << (int)rank;
    }

    /// <summary>Before the lock is free.</summary>
    [Conditional("DEBUG")]
    public static void Leave(LockRank rank)
    {
        if (Processors.Count != 0)
            Processor.CurrentCpu()->HeldLocks &= ~(1ul << (int)rank);
    }
}
