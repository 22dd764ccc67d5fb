using MicroLake.Nn;
using MicroLake.Nn.Csv;

namespace MicroLake.Shell.Models;

/// <summary>What models and rows may take, from the memory that is free now.</summary>
internal static class MemoryBudget
{
    /// <summary>
    /// Loading holds the file, its parsed form and the weights at once, and a run needs room for values: a quarter each.
    /// </summary>
    public static ModelLimits ForModel(CommandContext context)
    {
        long quarter = FreeMemory.Of(context) / 4;
        return new ModelLimits
        {
            MaxFileBytes = (int)Math.Min(quarter, ModelLimits.Default.MaxFileBytes),
            MaxParameterBytes = Math.Min(quarter, ModelLimits.Default.MaxParameterBytes),
            MaxArenaBytes = Math.Min(quarter, ModelLimits.Default.MaxArenaBytes),
        };
    }

    /// <summary>Rows are held once as read, once while that grows, and once as results.</summary>
    public static CsvLimits ForRows(CommandContext context) =>
        new() { MaxValues = (int)Math.Min(FreeMemory.Of(context) / (4 * sizeof(float)), CsvLimits.Default.MaxValues) };
}
