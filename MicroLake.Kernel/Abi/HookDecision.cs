namespace MicroLake.Abi;

/// <summary>A decision that a module was asked for.</summary>
public unsafe struct HookDecision
{
    /// <summary>Number of the decision at its hook, from 1 on; 0 while it is being written.</summary>
    public ulong Sequence;

    /// <summary>Time-stamp counter; where it is read, nanoseconds of the monotonic clock.</summary>
    public ulong Time;

    public long Heuristic, Module, Chosen;

    public uint Ticks;
    public uint Version;

    /// <summary>Where it was made: a policy has maps of each processor's own.</summary>
    public ulong Processor;

    public fixed long Features[HookAttachment.MaxFeatures];
}
