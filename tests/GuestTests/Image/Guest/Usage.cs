using MicroLake.Abi;
using MicroLake.Hosting;
using MicroLake.Sdk;

namespace MicroLake.GuestTests.Guest;

/// <summary>What of the system is in use at a moment, to find what is left behind by what runs until a later one.</summary>
internal readonly struct Usage
{
    // What the collector keeps for later varies; a leak of one page each time passes this in a run of a thousand.
    private const long MemorySlack = 2 << 20;

    private readonly MemoryUse _memory;
    private readonly long _collector;
    private readonly ObjectStatistics _objects;

    private Usage(MemoryUse memory, long collector, ObjectStatistics objects) => (_memory, _collector, _objects) = (memory, collector, objects);

    public static Usage Now()
    {
        // What the collector keeps of the past would hide what the kernel has lost.
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new Usage(Inspection.Memory(), GC.GetGCMemoryInfo().TotalCommittedBytes, HandleNumbers.Statistics());
    }

    /// <summary>Checks that nothing is left of what ran since then. What memory is gone, and to whom.</summary>
    /// <exception cref="CheckException">Something is left.</exception>
    public static string LeftSince(Usage before)
    {
        Usage after = Now();
        Check.Equal(before._objects.Handles, after._objects.Handles);
        Check.Equal(before._objects.Objects, after._objects.Objects);
        string told = $"{before._memory.Free - after._memory.Free >> 10} KiB less free (collector {after._collector - before._collector >> 10}, "
            + $"stacks {after._memory.Stacks - before._memory.Stacks >> 10}, page tables {after._memory.PageTables - before._memory.PageTables >> 10})";
        Check.That(before._memory.Free - after._memory.Free < MemorySlack, told);
        return told;
    }
}
