using MicroLake.Abi;
using MicroLake.Benchmarks;
using MicroLake.Hosting.Hooks;

namespace MicroLake.Kernel;

/// <summary>A decision through a hook by a module that decides nothing.</summary>
internal sealed class HookCall() : BatchBenchmark("mlaas.hook_empty", "a decision through a hook, by an empty policy", batch: 10_000)
{
    /// <summary><c>ml.place</c>, which no part of the kernel asks at.</summary>
    private const int Hook = 5;

    private readonly long[] _features = new long[HookAttachment.MaxFeatures];

    protected override void Begin() => KernelHooks.Attach(
        Hook,
        new HookModule
        {
            Module = 0,
            Version = 1,
            Mode = HookMode.Active,
            CanaryPercent = 1,
            BudgetNanoseconds = 1_000_000_000,
            LeastOutput = 0,
            MostOutput = 1,
            Window = 1000,
            MostOverBudget = 1000,
            MostInputsOutOfRange = 1000,
            MostOutputsOutOfRange = 1000,
            MostOutcome = long.MaxValue,
            LeastInputs = new long[3],
            MostInputs = new long[3],
        },
        KernelHooks.EmptyEntry, new byte[64]);

    protected override void Operate(long count)
    {
        while (count-- > 0)
            _ = KernelHooks.Decide(Hook, _features, 1);
    }

    protected override void End() => KernelHooks.Detach(Hook);
}
