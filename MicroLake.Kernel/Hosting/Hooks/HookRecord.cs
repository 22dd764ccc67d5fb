namespace MicroLake.Hosting.Hooks;

/// <summary>A decision that a module was asked for.</summary>
public sealed class HookRecord(long number, int version, long heuristic, long module, long chosen, long nanoseconds, long time, uint processor, long[] features)
{
    public long Number => number;

    public int Version => version;

    public long Heuristic => heuristic;

    public long Module => module;

    public long Chosen => chosen;

    public long Nanoseconds => nanoseconds;

    /// <summary>When, in nanoseconds of the monotonic clock.</summary>
    public long Time => time;

    public uint Processor => processor;

    public long[] Features => features;
}
