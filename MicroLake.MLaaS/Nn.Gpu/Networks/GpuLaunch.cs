namespace MicroLake.Nn.Gpu.Networks;

/// <summary>One launch of a network's pass.</summary>
internal sealed class GpuLaunch
{
    /// <summary>The shader where there are few rows: one for each invocation.</summary>
    public required string NarrowShader { get; init; }

    /// <summary>The shader where there are many rows: <see cref="GpuPlan.WideRows"/> for each invocation.</summary>
    public required string WideShader { get; init; }

    /// <summary>Which of the plan's uniform buffers are at slots 1, 2 and 3; -1: none.</summary>
    public required int[] Uniforms { get; init; }

    /// <summary>Which intermediate buffer is read; -1: the network's input.</summary>
    public required int Source { get; init; }

    /// <summary>Which intermediate buffer is written; -1: the network's output.</summary>
    public required int Target { get; init; }

    /// <summary>Where the launch's outputs begin in a row, in bytes.</summary>
    public required int TargetOffset { get; init; }

    /// <summary>Blocks in the second direction.</summary>
    public required int Blocks { get; init; }

    /// <summary>Whether it reads what the launch before wrote.</summary>
    public required bool WaitsForLast { get; init; }
}
