using System.Runtime;
using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Hooks;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls on hooks (<see cref="HookTable"/>).</summary>
internal static unsafe class HookCalls
{
    [RuntimeExport("mk_hook_attach")]
    private static Status Attach(int hook, uint scope, HookAttachment* description, byte* state) =>
        HookTable.Attach(hook, scope, description, state);

    [RuntimeExport("mk_hook_detach")]
    private static Status Detach(int hook, uint scope) => HookTable.Detach(hook, scope);

    [RuntimeExport("mk_hook_mode")]
    private static Status SetMode(int hook, uint scope, HookMode mode) => HookTable.SetMode(hook, scope, mode);

    [RuntimeExport("mk_hook_state")]
    private static int Describe(int hook, uint scope, HookState* state) => HookTable.TryDescribe(hook, scope, state) ? 1 : 0;

    [RuntimeExport("mk_hook_decisions")]
    private static int ReadDecisions(int hook, uint scope, HookDecision* target, int count) => HookTable.ReadDecisions(hook, scope, target, count);

    /// <summary>What policies are attached with, and may call.</summary>
    [RuntimeExport("mk_policy_functions")]
    private static void DescribePolicies(PolicyFunctions* functions) => PolicyCall.Describe(functions);

    /// <summary>A decision for a service of the kernel: by <paramref name="count"/> features.</summary>
    [RuntimeExport("mk_hook_decide")]
    private static long Decide(int hook, long* features, uint count, long heuristic)
    {
        if ((uint)hook >= HookTable.Count || count - 1 >= HookAttachment.MaxFeatures)
            return heuristic;
        // The features may lie in memory that is not there yet, in two pages at most: they are touched before interrupts go off.
        _ = Volatile.Read(ref features[0]);
        _ = Volatile.Read(ref features[count - 1]);
        uint interrupts = SpinLock.DisableInterrupts();
        long decision = HookTable.Decide(hook, Processor.CurrentCpu(), features, heuristic, count);
        if (interrupts != 0)
            Processor.EnableInterrupts();
        return decision;
    }

    /// <summary>A choice among at most <see cref="HookAttachment.MaxCandidates"/> candidates, for a service of the kernel.</summary>
    [RuntimeExport("mk_hook_choose")]
    private static long Choose(int hook, long* features, uint count, long heuristic)
    {
        if ((uint)hook >= HookTable.Count || count is 0 or > HookAttachment.MaxCandidates)
            return heuristic;
        const int most = HookAttachment.MaxCandidates * HookAttachment.MaxFeatures;
        long* copy = stackalloc long[most];
        for (uint i = 0; i < count * HookAttachment.MaxFeatures; i++)
            copy[i] = features[i];
        uint interrupts = SpinLock.DisableInterrupts();
        long choice = HookTable.Choose(hook, Processor.CurrentCpu(), copy, count, heuristic);
        if (interrupts != 0)
            Processor.EnableInterrupts();
        return choice;
    }

    [RuntimeExport("mk_hook_attached")]
    private static int IsAttached(int hook) => (uint)hook < HookTable.Count && HookTable.IsAttached(hook) ? 1 : 0;

    /// <summary>What came of decisions, and what would have come of the heuristic's; negative where nobody can tell.</summary>
    [RuntimeExport("mk_hook_outcome")]
    private static void Outcome(int hook, ulong value, long baseline)
    {
        if ((uint)hook >= HookTable.Count)
            return;
        if (baseline < 0)
            HookTable.Outcome(hook, value);
        else
            HookTable.Outcome(hook, value, (ulong)baseline);
    }
}
