namespace MicroLake.Abi;

/// <summary>The state of the trace.</summary>
public struct TraceStatus
{
    /// <summary>1 while events are recorded.</summary>
    public uint Running;

    /// <summary>Processors with a ring; 0 before the first trace.</summary>
    public uint Processors;

    /// <summary>Records that the ring of each processor holds.</summary>
    public ulong Capacity;

    /// <summary>Events since the start, of all processors.</summary>
    public ulong Written;

    /// <summary>Of these, how many were overwritten by younger ones.</summary>
    public ulong Dropped;

    /// <summary>When the trace started and, once it has, when it stopped; nanoseconds since the boot.</summary>
    public ulong StartedAt, StoppedAt;
}
