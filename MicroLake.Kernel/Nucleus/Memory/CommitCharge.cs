using System.Threading;

namespace MicroLake.Nucleus.Memory;

/// <summary>
/// The promises of page frames to accessible memory of all address spaces, in pages: what would exceed the machine's memory is refused when it
/// is asked for, and not by a fault when it is touched.
/// </summary>
internal static class CommitCharge
{
    /// <summary>
    /// Frames that no promise is made for. Half of them are for what the kernel keeps for others (<see cref="KeptFrames"/>) when all else is
    /// promised; the other half for its own stacks and page tables, which nobody asks for beforehand.
    /// </summary>
    private const ulong ReserveFrames = 1024;

    private static ulong s_charged;
    private static ulong s_limit;
    private static ulong s_keptLimit;

    public static ulong Charged => Volatile.Read(ref s_charged);

    /// <summary>The most that is promised, in pages.</summary>
    public static ulong Limit => s_limit;

    /// <summary>Pages that can still be promised.</summary>
    public static ulong Left
    {
        get
        {
            ulong charged = Charged;
            return charged < s_limit ? s_limit - charged : 0;
        }
    }

    public static void Initialize()
    {
        ulong usable = PhysicalMemory.FreeFrames;
        ulong reserve = usable / 8 < ReserveFrames ? usable / 8 : ReserveFrames;
        s_limit = usable - reserve;
        s_keptLimit = s_limit + reserve / 2;
    }

    /// <summary>False: so many pages are not left, and nothing is taken.</summary>
    public static bool TryTake(ulong pages) => TryTake(pages, s_limit);

    /// <summary>The same for frames of <see cref="KeptFrames"/>.</summary>
    public static bool TryTakeKept(ulong pages) => TryTake(pages, s_keptLimit);

    public static void Give(ulong pages) => Interlocked.Add(ref s_charged, unchecked(0 - pages));

    private static bool TryTake(ulong pages, ulong limit)
    {
        ulong before = Charged;
        while (true)
        {
            if (pages > limit || before > limit - pages)
                return false;
            ulong seen = Interlocked.CompareExchange(ref s_charged, before + pages, before);
            if (seen == before)
                return true;
            before = seen;
        }
    }
}
