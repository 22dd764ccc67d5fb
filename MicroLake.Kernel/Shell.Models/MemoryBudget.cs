using MicroLake.Nn;
using MicroLake.Nn.Csv;

namespace MicroLake.Shell.Models;

/// <summary>What models and rows may take, from the memory that is free now.</summary>
internal static class MemoryBudget
{
    private const long Minimum = 64 << 10;

    /// <summary>
    /// Loading holds the file, its parsed form and the weights at once, and a run needs room for values: a quarter each.
    /// </summary>
    public static ModelLimits ForModel(CommandContext context)
    {
        long quarter = Free(context) / 4;
        return new ModelLimits
        {
            MaxFileBytes = (int)Math.Min(quarter, ModelLimits.Default.MaxFileBytes),
            MaxParameterBytes = Math.Min(quarter, ModelLimits.Default.MaxParameterBytes),
            MaxArenaBytes = Math.Min(quarter, ModelLimits.Default.MaxArenaBytes),
        };
    }

    /// <summary>Rows are held once as read, once while that grows, and once as results.</summary>
    public static CsvLimits ForRows(CommandContext context) =>
        new() { MaxValues = (int)Math.Min(Free(context) / (4 * sizeof(float)), CsvLimits.Default.MaxValues) };

    private static long Free(CommandContext context)
    {
        long heap = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - GC.GetTotalMemory(forceFullCollection: false);
        long machine = context.Shell.Services.Find<ISystemInformation>()?.Memory() is { } memory ? memory.Free + ReusableHeap(memory) : heap;
        return Math.Max(Minimum, Math.Min(heap, machine));
    }

    /// <summary>What the collector has committed beyond the objects in it serves new ones first.</summary>
    private static long ReusableHeap(MemoryInformation memory) =>
        Math.Max(0, memory.Heap - GC.GetTotalMemory(forceFullCollection: false));
}
