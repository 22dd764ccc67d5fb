using MicroLake.Abi;

namespace MicroLake.Hosting.Hooks;

/// <summary>What a module at a hook is and must keep to (<see cref="HookAttachment"/>).</summary>
public sealed class HookModule
{
    public required uint Module { get; init; }

    public required uint Version { get; init; }

    public required HookMode Mode { get; init; }

    public required int CanaryPercent { get; init; }

    public required long BudgetNanoseconds { get; init; }

    public required long LeastOutput { get; init; }

    public required long MostOutput { get; init; }

    /// <summary>Decisions over which the limits below are counted.</summary>
    public required long Window { get; init; }

    public required long MostOverBudget { get; init; }

    public required long MostInputsOutOfRange { get; init; }

    public required long MostOutputsOutOfRange { get; init; }

    /// <summary>Greatest outcome of its decisions.</summary>
    public required long MostOutcome { get; init; }

    /// <summary>Percent that outcomes may be above what the heuristic's would have been, over at least so many.</summary>
    public int MostWorse { get; init; } = 1_000_000;

    /// <inheritdoc cref="MostWorse"/>
    public long OutcomeWindow { get; init; } = long.MaxValue;

    /// <summary>Mean outcome of the heuristic's decisions before, where nobody can tell what those at the same time would have been; 0: not known.</summary>
    public long Baseline { get; init; }

    /// <summary>It is a policy with a model, whose numbers have ranges, too: <see cref="PolicyFunctions.DecideAsking"/>.</summary>
    public bool AsksModel { get; init; }

    /// <summary>Ranges of the hook's features.</summary>
    public required long[] LeastInputs { get; init; }

    /// <inheritdoc cref="LeastInputs"/>
    public required long[] MostInputs { get; init; }
}
