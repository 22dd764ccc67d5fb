using System.Threading;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// The promises of page frames to accessible memory of all address spaces, in pages: what would exceed the machine's memory is refused when it
/// is asked for, and not by a fault when it is touched.
/// </summary>
internal static class CommitCharge
{
    /// <summary>Frames that no promise is made for: page tables, threads, kernel stacks that grow.</summary>
    private const ulong ReserveFrames = 1024;

    private static ulong s_charged;
    private static ulong s_limit;

    public static ulong Charged => Volatile.Read(ref s_charged);

    public static ulong Limit => s_limit;

    public static void Initialize()
    {
        ulong usable = PhysicalMemory.FreeFrames;
        s_limit = usable - (usable / 8 < ReserveFrames ? usable / 8 : ReserveFrames);
    }

    /// <summary>False: so many pages are not left, and nothing is taken.</summary>
    public static bool TryTake(ulong pages)
    {
        ulong before = Charged;
        while (true)
        {
            if (pages > s_limit || before > s_limit - pages)
                return false;
            ulong seen = Interlocked.CompareExchange(ref s_charged, before + pages, before);
            if (seen == before)
                return true;
            before = seen;
        }
    }

    public static void Give(ulong pages) => Interlocked.Add(ref s_charged, unchecked(0 - pages));
}
