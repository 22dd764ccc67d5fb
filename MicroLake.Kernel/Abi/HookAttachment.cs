namespace MicroLake.Abi;

/// <summary>A module at a hook: what decides, and what it must keep to.</summary>
public unsafe struct HookAttachment
{
    /// <summary>Most features of a hook: a multiple of 4, which are taken together.</summary>
    public const int MaxFeatures = 32;

    /// <summary>Most candidates of one choice.</summary>
    public const int MaxCandidates = 16;

    /// <summary>No decision, because it would be from inputs out of range. It is in no range of decisions.</summary>
    public const long Outside = long.MinValue;

    /// <summary>Code that decides: takes the state and the features, gives a decision, and touches nothing else.</summary>
    public delegate*<void*, long*, long> Entry;

    /// <summary>What it works on; each processor has a copy of its own.</summary>
    public byte* State;

    /// <summary>Bytes of a copy, a multiple of 64.</summary>
    public ulong StateBytes;

    /// <summary>Which module, and which version of it.</summary>
    public uint Module, Version;

    public HookMode Mode;

    /// <summary>Share of decisions that count while it is a canary.</summary>
    public uint CanaryPercent;

    /// <summary>Longest decision, in ticks of the time-stamp counter.</summary>
    public ulong BudgetTicks;

    /// <summary>Range of decisions.</summary>
    public long LeastOutput, MostOutput;

    /// <summary>Decisions over which the limits below are counted.</summary>
    public uint Window;

    /// <summary>In a window, more of these take the module off the hook.</summary>
    public uint MostOverBudget, MostInputsOutOfRange, MostOutputsOutOfRange;

    /// <summary>Greatest outcome while its decisions count; a greater one takes the module off the hook.</summary>
    public ulong MostOutcome;

    public uint Features;

    /// <summary>Not 0: the code gives <see cref="Outside"/> where it came upon numbers out of their range besides the features, and nowhere else.</summary>
    public uint SaysOutside;

    /// <summary>Percent that the sum of the last outcomes may be above what the heuristic's would have been, once there are <see cref="OutcomeWindow"/> of them.</summary>
    public uint MostWorse;

    public ulong OutcomeWindow;

    /// <summary>What would have come of each of the heuristic's decisions where nobody follows it beside: what did while the module was its shadow. 0: that is not known.</summary>
    public ulong Baseline;

    /// <summary>Ranges of the features.</summary>
    public fixed long LeastInputs[MaxFeatures];
    public fixed long MostInputs[MaxFeatures];
}
