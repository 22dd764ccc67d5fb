using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// Memory that the kernel's collector holds and does not use, for others who are refused: they wait for a thread of the kernel, which collects where that is worth
/// it, and try again.
/// </summary>
internal static unsafe class HeapTrim
{
    /// <summary>How long somebody waits, in nanoseconds: a collection stops where a thread of the kernel does not come to a safe point.</summary>
    private const ulong Patience = 1_000_000_000;

    private static int s_asked;
    private static int s_done;
    private static uint s_isServed;
    private static uint s_gave;

    /// <summary>Waits if so many bytes were refused to a process's space and not by its quota. True: there is more memory than before, and another try is worth it.</summary>
    public static bool TryWait(Status status, AddressSpace* space, ulong bytes)
    {
        ulong pages = bytes / PageTable.PageBytes, limit = space->ChargeLimit;
        return status == Status.OutOfMemory && pages <= limit && Volatile.Read(ref space->ChargedPages) <= limit - pages && TryWait(pages);
    }

    /// <summary>Changes a range of a process's space, and waits and tries again where memory for it is refused.</summary>
    public static Status Change(
        delegate*<AddressSpace*, ulong, ulong, Protection, Status> change, AddressSpace* space, ulong start, ulong length, Protection protection)
    {
        Status status;
        do
            status = change(space, start, length, protection);
        while (TryWait(status, space, length));
        return status;
    }

    /// <summary>Waits if so many pages were refused that count for nobody's space.</summary>
    public static bool TryWait(ulong pages)
    {
        if (Volatile.Read(ref s_isServed) == 0 || pages > CommitCharge.Limit)
            return false;
        int seen = Volatile.Read(ref s_done);
        fixed (int* asked = &s_asked)
        {
            Interlocked.Increment(ref *asked);
            _ = AddressWait.Wake(asked, 1);
        }

        fixed (int* done = &s_done)
            return AddressWait.Wait(done, seen, Clock.Monotonic() + Patience) != Status.TimedOut && Volatile.Read(ref s_gave) != 0;
    }

    /// <summary>Waits until somebody has asked since <paramref name="seen"/>, which the last wait returned.</summary>
    public static int WaitForWork(int seen)
    {
        Volatile.Write(ref s_isServed, 1);
        fixed (int* asked = &s_asked)
            while (Volatile.Read(ref *asked) == seen)
                _ = AddressWait.Wait(asked, seen, ulong.MaxValue);
        return Volatile.Read(ref s_asked);
    }

    /// <summary>Says to all who wait whether there is more memory than before.</summary>
    public static void Complete(bool gave)
    {
        Volatile.Write(ref s_gave, gave ? 1u : 0);
        fixed (int* done = &s_done)
        {
            Interlocked.Increment(ref *done);
            _ = AddressWait.Wake(done, int.MaxValue);
        }
    }
}
