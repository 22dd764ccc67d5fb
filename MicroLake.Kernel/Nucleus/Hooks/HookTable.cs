using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Hooks;

/// <summary>The hooks by number and scope: everybody's, and those of tenants and processes, which are there while a module is. Who decides, and what came of it.</summary>
internal static unsafe class HookTable
{
    public const int Count = 7;

    /// <summary>Where a thread that becomes ready stands in its queue.</summary>
    public const int SchedPick = 0;

    /// <summary>How many threads a processor takes from another's queue.</summary>
    public const int SchedBalance = 1;

    private struct TenantPlaces
    {
        public fixed ulong Hooks[(int)HookScope.Tenants * Count];
    }

    private static HookPlaces s_everybodys;
    private static TenantPlaces s_tenants;

    /// <summary>The decision, which is for no process; interrupts are off.</summary>
    public static long Decide(int index, PerCpu* cpu, long* features, long heuristic, uint given = HookAttachment.MaxFeatures)
    {
        Hook* hook = At(index);
        return hook == null ? heuristic : Hook.Decide(hook, cpu->Index, features, heuristic, given);
    }

    /// <summary>The decision for a process, or, if it is null, for nobody in particular; interrupts are off.</summary>
    public static long DecideFor(Process* process, int index, PerCpu* cpu, long* features, long heuristic, uint given = HookAttachment.MaxFeatures) =>
        LevelsOf(process, index).Decide(cpu->Index, features, heuristic, given);

    /// <summary>A choice among candidates for a process, or, if it is null, for nobody in particular; interrupts are off.</summary>
    public static long ChooseFor(Process* process, int index, PerCpu* cpu, long* features, uint count, long heuristic, long* own, long* ranks) =>
        LevelsOf(process, index).Choose(cpu->Index, features, count, heuristic, own, ranks);

    /// <summary>Whether a module decides there for everybody.</summary>
    public static bool IsAttached(int index)
    {
        Hook* hook = At(index);
        return hook != null && hook->Attachment != null;
    }

    /// <summary>What modules' decisions for a process, or, if it is null, for nobody in particular are worth at most. Interrupts are off.</summary>
    public static HookMode ModeFor(Process* process, int index) => LevelsOf(process, index).Mode;

    /// <summary>What came of decisions; less is better.</summary>
    public static void Outcome(int index, ulong value)
    {
        Hook* hook = At(index);
        if (hook != null)
            Hook.Outcome(hook, value);
    }

    /// <summary>What came of decisions for a process; less is better. Interrupts are off.</summary>
    public static void OutcomeFor(Process* process, int index, ulong value) => LevelsOf(process, index).Outcome(value);

    /// <summary>What came of decisions for a process, and would have come of the heuristic's; less is better. Interrupts are off.</summary>
    public static void OutcomeFor(Process* process, int index, ulong value, ulong baseline) => LevelsOf(process, index).Outcome(value, baseline);

    /// <summary>What will come of a decision for a process is as bad as that already. Interrupts are off.</summary>
    public static void PendingFor(Process* process, int index, ulong value) => LevelsOf(process, index).Pending(value);

    /// <summary>Fills the state of a hook; all zeros before a module was ever attached. False: there is no such hook, or nothing of that scope.</summary>
    public static bool TryDescribe(int index, uint scope, HookState* state)
    {
        // The caller's pages must be there before the lock is held.
        *state = default;
        uint interrupts = ThreadList.AcquireLock();
        Hook* hook = FindLocked(index, scope);
        if (hook != null)
        {
            SchedulerHooks.LookAtWaitingLocked(index);
            Hook.Describe(hook, state);
        }

        ThreadList.ReleaseLock(interrupts);
        return hook != null || ((uint)index < Count && scope == HookScope.Everywhere);
    }

    public static int ReadDecisions(int index, uint scope, HookDecision* target, int count)
    {
        RawMemory.Clear(target, (ulong)count * (ulong)sizeof(HookDecision));
        uint interrupts = ThreadList.AcquireLock();
        Hook* hook = FindLocked(index, scope);
        int read = hook == null ? 0 : Hook.ReadDecisions(hook, target, count);
        ThreadList.ReleaseLock(interrupts);
        return read;
    }

    /// <summary>The hook of that scope, or null. The caller holds the list of threads, so that the hook stays: who frees one interrupts every processor.</summary>
    public static Hook* FindLocked(int index, uint scope)
    {
        if ((uint)index >= Count)
            return null;
        if (scope == HookScope.Everywhere)
            return At(index);
        if (HookScope.IsTenant(scope))
            return HookScope.TenantOf(scope) < HookScope.Tenants ? HookPlaces.At(OfTenant(HookScope.TenantOf(scope)), index) : null;
        Process* process = ProcessTable.FindLocked(scope);
        return process == null ? null : HookPlaces.At(&process->Hooks, index);
    }

    public static HookPlaces* Everybodys()
    {
        // Static data of the image does not move.
        fixed (HookPlaces* places = &s_everybodys)
            return places;
    }

    /// <summary>Nothing is ever attached for tenant 0: those who have none.</summary>
    public static HookPlaces* OfTenant(uint number)
    {
        fixed (TenantPlaces* places = &s_tenants)
            return (HookPlaces*)(places->Hooks + number * Count);
    }

    private static Hook* At(int index) => HookPlaces.At(Everybodys(), index);

    /// <summary>Those who decide for a process; null: for nobody in particular.</summary>
    private static HookLevels LevelsOf(Process* process, int index) => process == null
        ? new(null, null, At(index))
        : new(HookPlaces.At(&process->Hooks, index), HookPlaces.At(OfTenant(process->Tenant), index), At(index));
}
