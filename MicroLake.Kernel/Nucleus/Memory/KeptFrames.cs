using System.Threading;
using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// Page frames for what the kernel keeps for others: threads, objects, handles, book-keeping of their memory. They are taken from what is promised
/// to nobody (<see cref="CommitCharge.TryTakeKept"/>): who makes the kernel keep too much gets an error, and promised memory is there when it is
/// touched.
/// </summary>
internal static unsafe class KeptFrames
{
    /// <summary>The last one that was given back, still promised: threads that come and go take and give one each. 0: there is none.</summary>
    private static ulong s_spare;

    public static bool TryAllocateZeroed(out ulong physical)
    {
        physical = Interlocked.Exchange(ref s_spare, 0);
        if (physical != 0)
        {
            Processor.ZeroPages(DirectMap.Pointer(physical), 1);
            return true;
        }

        if (!CommitCharge.TryTakeKept(1))
            return false;
        if (PhysicalMemory.TryAllocateZeroed(out physical))
            return true;
        CommitCharge.Give(1);
        return false;
    }

    public static void Free(ulong physical)
    {
        ulong spare = Interlocked.CompareExchange(ref s_spare, physical, 0);
        if (spare == 0)
            return;
        if (spare == physical)
            Diagnostics.Panic.Raise("a page frame was freed twice"u8, physical);
        PhysicalMemory.Free(physical);
        CommitCharge.Give(1);
    }
}
