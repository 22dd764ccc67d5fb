using MicroLake.Abi;

namespace MicroLake.Hosting.Hooks;

/// <summary>A hook's counters (<see cref="HookState"/>).</summary>
public sealed class HookReading
{
    public required long ByHeuristic { get; init; }

    public required long ByModule { get; init; }

    /// <summary>Decisions that the module was asked for, and of these those that agreed with the heuristic.</summary>
    public required long Asked { get; init; }

    /// <inheritdoc cref="Asked"/>
    public required long Agreed { get; init; }

    public required long OverBudget { get; init; }

    public required long InputsOutOfRange { get; init; }

    public required long OutputsOutOfRange { get; init; }

    public required double MeanNanoseconds { get; init; }

    public required double MostNanoseconds { get; init; }

    /// <summary>What came of decisions since the mode was last changed; less is better.</summary>
    public required long Outcomes { get; init; }

    public required double MeanOutcome { get; init; }

    /// <summary>What the mean would have been under the heuristic; 0 where nobody can tell.</summary>
    public required double MeanBaseline { get; init; }

    /// <summary>Both of the last outcomes: of one to two windows of the guardrail.</summary>
    public required double RecentOutcome { get; init; }

    /// <inheritdoc cref="RecentOutcome"/>
    public required double RecentBaseline { get; init; }

    public required long WorstOutcome { get; init; }

    /// <summary>The module that is there, or was last.</summary>
    public required uint Module { get; init; }

    public required HookMode Mode { get; init; }

    /// <summary>Why the nucleus took the last module off.</summary>
    public required HookTrip Trip { get; init; }

    /// <summary>Decisions that took less than <see cref="KernelHooks.BucketNanoseconds"/> and are in no bucket before; the last has all that took longer.</summary>
    public required long[] Histogram { get; init; }
}
