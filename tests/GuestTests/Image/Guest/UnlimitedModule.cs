using MicroLake.Abi;
using MicroLake.Hosting.Hooks;

namespace MicroLake.GuestTests.Guest;

/// <summary>Modules that no limit takes off their hooks, but for that of outcomes where a test is about it.</summary>
internal static class UnlimitedModule
{
    private const long Many = 1_000_000;

    /// <param name="mostOutput">Decisions are from 0 to this.</param>
    /// <param name="features">That the hook has and the module reads.</param>
    /// <param name="mostOutcome">The worst that may come of a decision.</param>
    public static HookModule Create(long mostOutput, int features = 0, long mostOutcome = long.MaxValue)
    {
        long[] mostInputs = new long[features];
        Array.Fill(mostInputs, long.MaxValue);
        return new HookModule
        {
            Module = 1,
            Version = 1,
            Mode = HookMode.Active,
            CanaryPercent = 1,
            BudgetNanoseconds = 1_000_000_000,
            LeastOutput = 0,
            MostOutput = mostOutput,
            Window = Many,
            MostOverBudget = Many,
            MostInputsOutOfRange = Many,
            MostOutputsOutOfRange = Many,
            MostOutcome = mostOutcome,
            LeastInputs = new long[features],
            MostInputs = mostInputs,
        };
    }
}
