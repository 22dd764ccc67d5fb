namespace MicroLake.Hosting.Features;

/// <summary>The counters of a registry.</summary>
public sealed class FeatureUse
{
    internal FeatureUse()
    {
    }

    /// <summary>Features of a vector.</summary>
    public required int Features { get; init; }

    /// <summary>Vectors that each processor keeps.</summary>
    public required long Window { get; init; }

    /// <summary>Captures ever begun, and of these those that found no place.</summary>
    public required long Begun { get; init; }

    /// <inheritdoc cref="Begun"/>
    public required long Dropped { get; init; }

    /// <summary>Vectors that younger ones have overwritten.</summary>
    public required long Overwritten { get; init; }

    /// <summary>When it was made, since the boot.</summary>
    public required TimeSpan Created { get; init; }
}
