namespace MicroLake.Hosting.Features;

/// <summary>A committed vector.</summary>
public sealed class FeatureRow(int processor, long begunAt, long committedAt, long[] values)
{
    /// <summary>Where its capture began.</summary>
    public int Processor => processor;

    /// <summary>Nanoseconds since the boot.</summary>
    public long BegunAt => begunAt;

    /// <summary>Nanoseconds since the boot.</summary>
    public long CommittedAt => committedAt;

    /// <summary>64 bits each: integers, or the bits of floating-point numbers.</summary>
    public long[] Values => values;
}
