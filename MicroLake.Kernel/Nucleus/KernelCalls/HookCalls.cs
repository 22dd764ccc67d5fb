using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Hooks;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls on hooks (<see cref="HookTable"/>).</summary>
internal static unsafe class HookCalls
{
    [RuntimeExport("mk_hook_attach")]
    private static Status Attach(int hook, HookAttachment* description, byte* state) => HookTable.Attach(hook, description, state);

    [RuntimeExport("mk_hook_detach")]
    private static Status Detach(int hook) => HookTable.Detach(hook);

    [RuntimeExport("mk_hook_mode")]
    private static Status SetMode(int hook, HookMode mode) => HookTable.SetMode(hook, mode);

    [RuntimeExport("mk_hook_state")]
    private static int Describe(int hook, HookState* state) => HookTable.TryDescribe(hook, state) ? 1 : 0;

    [RuntimeExport("mk_hook_decisions")]
    private static int ReadDecisions(int hook, HookDecision* target, int count) => HookTable.ReadDecisions(hook, target, count);

    /// <summary>A decision for a service of the kernel.</summary>
    [RuntimeExport("mk_hook_decide")]
    private static long Decide(int hook, long* features, long heuristic)
    {
        if ((uint)hook >= HookTable.Count)
            return heuristic;
        // The features may lie in memory that is not there yet: it is touched before interrupts go off.
        long* copy = stackalloc long[HookAttachment.MaxFeatures];
        for (int i = 0; i < HookAttachment.MaxFeatures; i++)
            copy[i] = features[i];
        uint interrupts = SpinLock.DisableInterrupts();
        long decision = HookTable.Decide(hook, Processor.CurrentCpu(), copy, heuristic);
        if (interrupts != 0)
            Processor.EnableInterrupts();
        return decision;
    }
}
