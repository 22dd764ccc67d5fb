using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Hooks;

/// <summary>The hooks, and the memory of the modules at them: everybody's, and those of tenants and processes, which are there while a module is.</summary>
internal static unsafe class HookTable
{
    public const int Count = 7;

    /// <summary>Where a thread that becomes ready stands in its queue.</summary>
    public const int SchedPick = 0;

    /// <summary>How many threads a processor takes from another's queue.</summary>
    public const int SchedBalance = 1;

    /// <summary>Most bytes of a module's state for one processor.</summary>
    public const ulong MostStateBytes = 1 << 20;

    private const ulong StateAlignment = 64;

    private struct TenantPlaces
    {
        public fixed ulong Hooks[(int)HookScope.Tenants * Count];
    }

    private struct Counts
    {
        public fixed int Attached[Count];
    }

    private static HookPlaces s_everybodys;
    private static TenantPlaces s_tenants;

    /// <summary>Modules at each hook, of any scope.</summary>
    private static Counts s_counts;
    private static uint s_busy;

    /// <summary>The decision, which is for no process; interrupts are off.</summary>
    public static long Decide(int index, PerCpu* cpu, long* features, long heuristic, uint given = HookAttachment.MaxFeatures)
    {
        Hook* hook = At(index);
        return hook == null ? heuristic : Hook.Decide(hook, cpu->Index, features, heuristic, given);
    }

    /// <summary>The decision for a process; interrupts are off.</summary>
    public static long DecideFor(Process* process, int index, PerCpu* cpu, long* features, long heuristic, uint given = HookAttachment.MaxFeatures) =>
        LevelsOf(process, index).Decide(cpu->Index, features, heuristic, given);

    /// <summary>A choice among candidates; interrupts are off.</summary>
    public static long Choose(int index, PerCpu* cpu, long* features, uint count, long heuristic)
    {
        Hook* hook = At(index);
        return hook == null ? heuristic : Hook.Choose(hook, cpu->Index, features, count, heuristic);
    }

    /// <summary>Whether a module decides there for everybody.</summary>
    public static bool IsAttached(int index)
    {
        Hook* hook = At(index);
        return hook != null && hook->Attachment != null;
    }

    /// <summary>What came of decisions, and would have come of the heuristic's; less is better.</summary>
    public static void Outcome(int index, ulong value, ulong baseline)
    {
        Hook* hook = At(index);
        if (hook != null)
            Hook.Outcome(hook, value, baseline);
    }

    /// <summary>What came of decisions; less is better.</summary>
    public static void Outcome(int index, ulong value)
    {
        Hook* hook = At(index);
        if (hook != null)
            Hook.Outcome(hook, value);
    }

    /// <summary>What came of decisions for a process; less is better. Interrupts are off.</summary>
    public static void OutcomeFor(Process* process, int index, ulong value) => LevelsOf(process, index).Outcome(value);

    /// <summary>What will come of a decision for a process is as bad as that already. Interrupts are off.</summary>
    public static void PendingFor(Process* process, int index, ulong value) => LevelsOf(process, index).Pending(value);

    /// <summary>
    /// Attaches a module in the place of the one before, which is gone on return: no decision is lost, and none is made twice.
    /// <see cref="Status.NotFound"/>: there is nothing of that scope.
    /// </summary>
    public static Status Attach(int index, uint scope, HookAttachment* description, byte* state)
    {
        if ((uint)index >= Count || description->Entry == null || description->StateBytes == 0 || description->StateBytes > MostStateBytes
            || (description->StateBytes & (StateAlignment - 1)) != 0 || description->Features > HookAttachment.MaxFeatures)
            return Status.InvalidArgument;
        HookPlaces* places = Pin(scope, out Process* process);
        if (places == null)
            return Status.NotFound;
        Status status = Status.WouldBlock;
        if (TryBegin())
        {
            status = AttachAlone(places, index, description, state);
            End();
        }

        Unpin(process);
        return status;
    }

    /// <summary>Takes the module off, if there is one, and frees its memory once no processor is inside.</summary>
    public static Status Detach(int index, uint scope)
    {
        if ((uint)index >= Count)
            return Status.NotFound;
        HookPlaces* places = Pin(scope, out Process* process);
        if (places == null)
            return Status.NotFound;
        Status status = Status.WouldBlock;
        if (TryBegin())
        {
            status = HookPlaces.At(places, index) != null ? Status.Ok : Status.NotFound;
            DetachAlone(places, index);
            End();
        }

        Unpin(process);
        return status;
    }

    /// <summary>Nobody decides for a process any more: its modules go with it.</summary>
    public static void Release(Process* process)
    {
        for (int index = 0; index < Count; index++)
        {
            if (HookPlaces.At(&process->Hooks, index) == null)
                continue;
            while (!TryBegin())
                Scheduler.Yield();
            DetachAlone(&process->Hooks, index);
            End();
        }
    }

    /// <summary>Changes what the module's decisions are worth. <see cref="Status.NotFound"/>: none is attached.</summary>
    public static Status SetMode(int index, uint scope, HookMode mode)
    {
        if (mode is < HookMode.Shadow or > HookMode.Active)
            return Status.InvalidArgument;
        uint interrupts = ThreadList.AcquireLock();
        Hook* hook = FindLocked(index, scope);
        HookAttachment* attachment = hook == null ? null : hook->Attachment;
        if (attachment != null)
        {
            attachment->Mode = mode;
            Hook.ResetOutcomes(hook);
        }

        ThreadList.ReleaseLock(interrupts);
        return attachment != null ? Status.Ok : Status.NotFound;
    }

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

    private static Status AttachAlone(HookPlaces* places, int index, HookAttachment* description, byte* state)
    {
        Hook* hook = HookPlaces.At(places, index);
        if (hook == null && !TryMakeHook(places, index, out hook))
            return Status.OutOfMemory;
        ulong head = ((ulong)sizeof(HookAttachment) + StateAlignment - 1) & ~(StateAlignment - 1);
        ulong pages = (head + description->StateBytes * (ulong)Processors.Count + PageTable.PageBytes - 1) / PageTable.PageBytes;
        if (!PhysicalMemory.TryAllocateContiguous(pages, ulong.MaxValue, out ulong physical))
        {
            if (hook->Block == 0)
                DetachAlone(places, index);
            return Status.OutOfMemory;
        }

        byte* block = DirectMap.Pointer(physical);
        var attachment = (HookAttachment*)block;
        *attachment = *description;
        attachment->State = block + head;
        for (int i = 0; i < Processors.Count; i++)
            RawMemory.CopyQuads(attachment->State + (ulong)i * description->StateBytes, state, description->StateBytes);
        _ = Hook.Attach(hook, attachment);
        bool isFirst = hook->Block == 0;
        FreeBlock(hook);
        (hook->Block, hook->BlockPages) = (physical, pages);
        if (isFirst && CountOf(index)++ == 0)
            SchedulerHooks.Enter(index);
        return Status.Ok;
    }

    private static void DetachAlone(HookPlaces* places, int index)
    {
        Hook* hook = HookPlaces.At(places, index);
        if (hook == null)
            return;
        if (hook->Block != 0 && --CountOf(index) == 0)
            SchedulerHooks.Leave(index);
        _ = Hook.Detach(hook);
        SchedulerHooks.Forget(index);
        FreeBlock(hook);
        if (places == Everybodys())
            return;
        HookPlaces.Set(places, index, null);
        ProcessorRequest.InterruptEverywhere();
        PhysicalMemory.FreeContiguous(DirectMap.Physical(hook), Hook.Bytes / PageTable.PageBytes);
    }

    /// <summary>The memory of a module that is off its hook. Who is inside has interrupts off.</summary>
    private static void FreeBlock(Hook* hook)
    {
        if (hook->Block == 0)
            return;
        ProcessorRequest.InterruptEverywhere();
        PhysicalMemory.FreeContiguous(hook->Block, hook->BlockPages);
        hook->Block = 0;
    }

    private static bool TryMakeHook(HookPlaces* places, int index, out Hook* hook)
    {
        const ulong pages = Hook.Bytes / PageTable.PageBytes;
        hook = null;
        if (!PhysicalMemory.TryAllocateContiguous(pages, ulong.MaxValue, out ulong physical))
            return false;
        hook = (Hook*)DirectMap.Pointer(physical);
        Processor.ZeroPages((byte*)hook, pages);
        Hook.Initialize(hook, &ReadClock);
        HookPlaces.Set(places, index, hook);
        return true;
    }

    private static ulong ReadClock() => Processor.ReadTimeStamp();

    private static bool TryBegin() => Interlocked.CompareExchange(ref s_busy, 1u, 0u) == 0;

    private static void End() => Volatile.Write(ref s_busy, 0);

    private static ref int CountOf(int index)
    {
        fixed (Counts* counts = &s_counts)
            return ref counts->Attached[index];
    }

    private static Hook* At(int index) => HookPlaces.At(Everybodys(), index);

    /// <summary>Those who decide for a process.</summary>
    private static HookLevels LevelsOf(Process* process, int index) =>
        new(HookPlaces.At(&process->Hooks, index), HookPlaces.At(OfTenant(process->Tenant), index), At(index));

    /// <summary>The places of a scope, and the process that is kept until <see cref="Unpin"/>, if it is one's; null: there is nothing of that scope.</summary>
    private static HookPlaces* Pin(uint scope, out Process* process)
    {
        process = null;
        if (scope == HookScope.Everywhere)
            return Everybodys();
        if (HookScope.IsTenant(scope))
            return HookScope.TenantOf(scope) is > 0 and < HookScope.Tenants ? OfTenant(HookScope.TenantOf(scope)) : null;
        process = ProcessTable.Pin(scope);
        return process == null ? null : &process->Hooks;
    }

    private static void Unpin(Process* process)
    {
        if (process != null)
            ProcessTable.Unpin(process);
    }

    /// <summary>The hook of that scope, or null. The caller holds the list of threads, so that the hook stays: who frees one interrupts every processor.</summary>
    private static Hook* FindLocked(int index, uint scope)
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

    private static HookPlaces* Everybodys()
    {
        // Static data of the image does not move.
        fixed (HookPlaces* places = &s_everybodys)
            return places;
    }

    /// <summary>Nothing is ever attached for tenant 0: those who have none.</summary>
    private static HookPlaces* OfTenant(uint number)
    {
        fixed (TenantPlaces* places = &s_tenants)
            return (HookPlaces*)(places->Hooks + number * Count);
    }
}
