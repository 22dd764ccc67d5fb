namespace MicroLake.Abi;

/// <summary>A hook's counters. Those of a module count from when it was attached.</summary>
public unsafe struct HookState
{
    /// <summary>Decisions that took less than 2^(n+7) ticks of the time-stamp counter, the last all those that took longer.</summary>
    public const int Buckets = 16;

    /// <summary>Decisions of the heuristic, and of modules, since the boot.</summary>
    public ulong ByHeuristic, ByModule;

    /// <summary>Decisions that the module was asked for, and of these those that agreed with the heuristic within a quarter.</summary>
    public ulong Asked, Agreed;

    public ulong OverBudget, InputsOutOfRange, OutputsOutOfRange;

    /// <summary>Ticks that the module took, together and at most.</summary>
    public ulong Ticks, MostTicks;

    /// <summary>What came of decisions, in the hook's own measure, of which less is better: how many, together, and the worst.</summary>
    public ulong Outcomes, OutcomeSum, WorstOutcome;

    /// <summary>Sum of what would have come of the heuristic's decisions at the same time, or did while the module was its shadow; 0 where neither is known.</summary>
    public ulong BaselineSum;

    /// <summary>The same of the last outcomes: from one to two windows of them, of which those of the window before count for half.</summary>
    public ulong Recent, RecentSum, RecentBaselineSum;

    public uint Module, Version;
    public HookMode Mode;

    /// <summary>Why the last module was taken off by the nucleus; none since the last one was attached.</summary>
    public HookTrip Trip;

    public fixed ulong Histogram[Buckets];
}
