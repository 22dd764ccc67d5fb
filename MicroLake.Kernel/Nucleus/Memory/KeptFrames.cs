namespace MicroLake.Nucleus.Memory;

/// <summary>
/// Page frames for what the kernel keeps for others: threads, objects, handles, book-keeping of their memory. They are taken from what is promised
/// to nobody (<see cref="CommitCharge.TryTakeKept"/>): who makes the kernel keep too much gets an error, and promised memory is there when it is
/// touched.
/// </summary>
internal static class KeptFrames
{
    public static bool TryAllocateZeroed(out ulong physical)
    {
        physical = 0;
        if (!CommitCharge.TryTakeKept(1))
            return false;
        if (PhysicalMemory.TryAllocateZeroed(out physical))
            return true;
        CommitCharge.Give(1);
        return false;
    }

    public static void Free(ulong physical)
    {
        PhysicalMemory.Free(physical);
        CommitCharge.Give(1);
    }
}
