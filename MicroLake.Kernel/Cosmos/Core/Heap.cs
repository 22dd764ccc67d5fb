namespace Cosmos.Core.Memory;

/// <summary>The heap calls that kernels make by hand. Collection is automatic here; calling it is allowed and never needed.</summary>
public static class Heap
{
    /// <summary>Runs a full collection.</summary>
    /// <returns>How many bytes less the heap holds afterwards, at least 0.</returns>
    public static int Collect()
    {
        long before = GC.GetTotalMemory(forceFullCollection: false);
        GC.Collect();
        return (int)Math.Clamp(before - GC.GetTotalMemory(forceFullCollection: false), 0, int.MaxValue);
    }
}
