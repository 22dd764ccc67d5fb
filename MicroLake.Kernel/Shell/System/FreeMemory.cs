namespace MicroLake.Shell;

/// <summary>What a command may take of memory without being in the way of others.</summary>
public static class FreeMemory
{
    private const long Minimum = 64 << 10;

    /// <summary>Bytes that objects can have now: of the collector's limit, and of the machine's memory.</summary>
    public static long Of(CommandContext context)
    {
        long heap = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - GC.GetTotalMemory(forceFullCollection: false);
        long machine = context.Shell.Services.Find<ISystemInformation>()?.Memory() is { } memory ? memory.Free + ReusableHeap(memory) : heap;
        return Math.Max(Minimum, Math.Min(heap, machine));
    }

    /// <summary>What the collector has committed beyond the objects in it serves new ones first.</summary>
    private static long ReusableHeap(MemoryInformation memory) =>
        Math.Max(0, memory.Heap - GC.GetTotalMemory(forceFullCollection: false));
}
