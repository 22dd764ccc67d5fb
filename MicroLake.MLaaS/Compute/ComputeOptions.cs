using MicroLake.Nn;
using MicroLake.Nn.Gpu.Placement;
using MicroLake.Nn.Gpu.Sharing;

namespace MicroLake.Compute;

/// <summary>What the service of computing works with.</summary>
public sealed class ComputeOptions
{
    /// <summary>The graphics processor; null: all models run on the processor.</summary>
    public GpuService? Gpu { get; init; }

    /// <summary>Who decides where batches go, or null.</summary>
    public PlacementDecision? Decision { get; init; }

    /// <summary>What a model may take of the memory that is free now.</summary>
    public required Func<ModelLimits> Limits { get; init; }

    /// <summary>How memory of clients is mapped.</summary>
    public MapMemory Map { get; init; } = ClientMemory.TryMap;
}
