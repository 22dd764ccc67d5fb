using MicroLake.Abi;
using MicroLake.Benchmarks;
using MicroLake.Hosting.Hooks;

namespace MicroLake.Kernel;

/// <summary>A decision through a hook by a module that decides nothing.</summary>
internal sealed class HookCall() : BatchBenchmark("mlaas.hook_empty", "a decision through a hook, by an empty policy", batch: 10_000)
{
    /// <summary>A hook that no part of the kernel asks at.</summary>
    public const int Hook = 6;

    private const int Features = 3;

    private readonly long[] _features = new long[Features];

    /// <summary>Attaches code that may decide anything, from features in a range.</summary>
    public static void Attach(int features, nint entry, byte[] state, long least = long.MinValue, long most = long.MaxValue)
    {
        long[] leastInputs = new long[features], mostInputs = new long[features];
        Array.Fill(leastInputs, least);
        Array.Fill(mostInputs, most);
        KernelHooks.Attach(
            Hook,
            new HookModule
            {
                Module = 0,
                Version = 1,
                Mode = HookMode.Active,
                CanaryPercent = 1,
                BudgetNanoseconds = 1_000_000_000,
                LeastOutput = long.MinValue,
                MostOutput = long.MaxValue,
                Window = 1000,
                MostOverBudget = 1000,
                MostInputsOutOfRange = 1000,
                MostOutputsOutOfRange = 1000,
                MostOutcome = long.MaxValue,
                LeastInputs = leastInputs,
                MostInputs = mostInputs,
            },
            entry, state);
    }

    protected override void Begin() => Attach(Features, KernelHooks.EmptyEntry, new byte[64]);

    protected override void Operate(long count)
    {
        ReadOnlySpan<long> features = _features;
        while (count-- > 0)
            _ = KernelHooks.Decide(Hook, features, 1);
    }

    protected override void End() => KernelHooks.Detach(Hook);
}
