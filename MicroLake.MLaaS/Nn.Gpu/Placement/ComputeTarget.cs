namespace MicroLake.Nn.Gpu.Placement;

/// <summary>Where a model runs.</summary>
public enum ComputeTarget
{
    Cpu,
    Gpu,

    /// <summary>Where it is expected to be done first.</summary>
    Auto,
}
