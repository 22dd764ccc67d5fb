using System.Runtime;
using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Hooks;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls on hooks (<see cref="HookTable"/>).</summary>
internal static unsafe class HookCalls
{
    [RuntimeExport("mk_hook_attach")]
    private static Status Attach(int hook, uint scope, HookAttachment* description, byte* state) =>
        HookModules.Attach(hook, scope, description, state);

    [RuntimeExport("mk_hook_detach")]
    private static Status Detach(int hook, uint scope) => HookModules.Detach(hook, scope);

    [RuntimeExport("mk_hook_mode")]
    private static Status SetMode(int hook, uint scope, HookMode mode, ulong baseline) => HookModules.SetMode(hook, scope, mode, baseline);

    [RuntimeExport("mk_hook_state")]
    private static int Describe(int hook, uint scope, HookState* state) => HookTable.TryDescribe(hook, scope, state) ? 1 : 0;

    [RuntimeExport("mk_hook_decisions")]
    private static int ReadDecisions(int hook, uint scope, HookDecision* target, int count)
    {
        int read = HookTable.ReadDecisions(hook, scope, target, count);
        for (int i = 0; i < read; i++)
            target[i].Time = Clock.MonotonicAt(target[i].Time);
        return read;
    }

    /// <summary>What policies are attached with, and may call.</summary>
    [RuntimeExport("mk_policy_functions")]
    private static void DescribePolicies(PolicyFunctions* functions) => PolicyCall.Describe(functions);

    /// <summary>The process whose call the calling thread has to answer, where a module may decide for it; 0: none, or no module is at the hook.</summary>
    [RuntimeExport("mk_hook_client")]
    private static uint Client(int hook) => (uint)hook < HookTable.Count && HookModules.Any(hook) ? MessagePassing.ClientProcess() : 0;

    /// <summary>A decision for a service of the kernel, or for a process that it serves: by <paramref name="count"/> features.</summary>
    [RuntimeExport("mk_hook_decide")]
    private static long Decide(int hook, uint client, long* features, uint count, long heuristic)
    {
        if ((uint)hook >= HookTable.Count || count - 1 >= HookAttachment.MaxFeatures)
            return heuristic;
        // The features may lie in memory that is not there yet, in two pages at most: they are touched before interrupts go off.
        _ = Volatile.Read(ref features[0]);
        _ = Volatile.Read(ref features[count - 1]);
        if (client != 0)
            return DecideFor(client, hook, features, count, heuristic);
        uint interrupts = SpinLock.DisableInterrupts();
        long decision = HookTable.Decide(hook, Processor.CurrentCpu(), features, heuristic, count);
        if (interrupts != 0)
            Processor.EnableInterrupts();
        return decision;
    }

    /// <summary>A choice among at most <see cref="HookAttachment.MaxCandidates"/> candidates, for a service of the kernel, or for a process that it serves.</summary>
    [RuntimeExport("mk_hook_choose")]
    private static long Choose(int hook, uint client, long* features, uint count, long heuristic, long* own, long* ranks)
    {
        *own = heuristic;
        if ((uint)hook >= HookTable.Count || count is 0 or > HookAttachment.MaxCandidates)
            return heuristic;
        const int most = HookAttachment.MaxCandidates * HookAttachment.MaxFeatures;
        long* copy = stackalloc long[most];
        long* ranked = stackalloc long[HookAttachment.MaxCandidates];
        long modules;
        for (uint i = 0; i < count * HookAttachment.MaxFeatures; i++)
            copy[i] = features[i];
        // The module may have gone.
        for (uint i = 0; i < count; i++)
            ranked[i] = 0;
        Process* process = Pin(client);
        uint interrupts = SpinLock.DisableInterrupts();
        long choice = HookTable.ChooseFor(process, hook, Processor.CurrentCpu(), copy, count, heuristic, &modules, ranked);
        End(process, interrupts);
        *own = modules;
        for (uint i = 0; ranks != null && i < count; i++)
            ranks[i] = ranked[i];
        return choice;
    }

    /// <summary>What modules' decisions for a process are worth at most, or, for 0, everybody's; <see cref="HookMode.Heuristic"/>: no module takes part.</summary>
    [RuntimeExport("mk_hook_mode_for")]
    private static HookMode ModeFor(int hook, uint client)
    {
        if ((uint)hook >= HookTable.Count || !HookModules.Any(hook))
            return HookMode.Heuristic;
        Process* process = Pin(client);
        uint interrupts = SpinLock.DisableInterrupts();
        HookMode mode = HookTable.ModeFor(process, hook);
        End(process, interrupts);
        return mode;
    }

    /// <summary>What came of decisions, and what would have come of the heuristic's; negative where nobody can tell.</summary>
    [RuntimeExport("mk_hook_outcome")]
    private static void Outcome(int hook, uint client, ulong value, long baseline)
    {
        if ((uint)hook >= HookTable.Count)
            return;
        Process* process = Pin(client);
        uint interrupts = SpinLock.DisableInterrupts();
        if (baseline < 0)
            HookTable.OutcomeFor(process, hook, value);
        else
            HookTable.OutcomeFor(process, hook, value, (ulong)baseline);
        End(process, interrupts);
    }

    private static long DecideFor(uint client, int hook, long* features, uint count, long heuristic)
    {
        Process* process = Pin(client);
        uint interrupts = SpinLock.DisableInterrupts();
        long decision = HookTable.DecideFor(process, hook, Processor.CurrentCpu(), features, heuristic, count);
        End(process, interrupts);
        return decision;
    }

    /// <summary>The process of that identifier, which stays until <see cref="End"/>; null for 0, and where it has ended: everybody's module decides.</summary>
    private static Process* Pin(uint id) => id == 0 ? null : ProcessTable.Pin(id);

    private static void End(Process* process, uint interrupts)
    {
        if (interrupts != 0)
            Processor.EnableInterrupts();
        if (process != null)
            ProcessTable.Unpin(process);
    }
}
