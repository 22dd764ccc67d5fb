using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Hooks;

/// <summary>The hooks, and the memory of the modules at them.</summary>
internal static unsafe class HookTable
{
    public const int Count = 6;

    /// <summary>Where a thread that becomes ready stands in its queue.</summary>
    public const int SchedPick = 0;

    /// <summary>How many threads a processor takes from another's queue.</summary>
    public const int SchedBalance = 1;

    /// <summary>Most bytes of a module's state for one processor.</summary>
    public const ulong MostStateBytes = 1 << 20;

    private const ulong StateAlignment = 64;

    private struct Table
    {
        public fixed ulong Hooks[Count];
        public fixed ulong Blocks[Count];
        public fixed ulong BlockPages[Count];
    }

    private static Table s_table;
    private static uint s_busy;
    private static int s_policyBefore;

    /// <summary>The decision; interrupts are off.</summary>
    public static long Decide(int index, PerCpu* cpu, long* features, long heuristic, uint given = HookAttachment.MaxFeatures)
    {
        Hook* hook = At(index);
        return hook == null ? heuristic : Hook.Decide(hook, cpu->Index, features, heuristic, given);
    }

    /// <summary>A choice among candidates; interrupts are off.</summary>
    public static long Choose(int index, PerCpu* cpu, long* features, uint count, long heuristic)
    {
        Hook* hook = At(index);
        return hook == null ? heuristic : Hook.Choose(hook, cpu->Index, features, count, heuristic);
    }

    /// <summary>Whether a module is at the hook.</summary>
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

    /// <summary>Attaches a module in the place of the one before, which is gone on return: no decision is lost, and none is made twice.</summary>
    public static Status Attach(int index, HookAttachment* description, byte* state)
    {
        if ((uint)index >= Count || description->Entry == null || description->StateBytes == 0 || description->StateBytes > MostStateBytes
            || (description->StateBytes & (StateAlignment - 1)) != 0 || description->Features > HookAttachment.MaxFeatures)
            return Status.InvalidArgument;
        if (Interlocked.CompareExchange(ref s_busy, 1u, 0u) != 0)
            return Status.WouldBlock;
        Status status = AttachAlone(index, description, state);
        Volatile.Write(ref s_busy, 0);
        return status;
    }

    /// <summary>Takes the module off, if there is one, and frees its memory once no processor is inside.</summary>
    public static Status Detach(int index)
    {
        Hook* hook = (uint)index < Count ? At(index) : null;
        if (hook == null)
            return Status.NotFound;
        if (Interlocked.CompareExchange(ref s_busy, 1u, 0u) != 0)
            return Status.WouldBlock;
        if (Block(index) != 0)
            LeaveScheduler(index);
        _ = Hook.Detach(hook);
        Free(index);
        Volatile.Write(ref s_busy, 0);
        return Status.Ok;
    }

    /// <summary>Changes what the module's decisions are worth. <see cref="Status.NotFound"/>: none is attached.</summary>
    public static Status SetMode(int index, HookMode mode)
    {
        Hook* hook = (uint)index < Count ? At(index) : null;
        if (mode is < HookMode.Shadow or > HookMode.Active)
            return Status.InvalidArgument;
        HookAttachment* attachment = hook == null ? null : hook->Attachment;
        if (attachment == null)
            return Status.NotFound;
        attachment->Mode = mode;
        Hook.ResetOutcomes(hook);
        return Status.Ok;
    }

    /// <summary>Fills the state of a hook; all zeros before a module was ever attached. False: there is no such hook.</summary>
    public static bool TryDescribe(int index, HookState* state)
    {
        if ((uint)index >= Count)
            return false;
        *state = default;
        Hook* hook = At(index);
        if (hook != null)
            Hook.Describe(hook, state);
        return true;
    }

    public static int ReadDecisions(int index, HookDecision* target, int count)
    {
        Hook* hook = (uint)index < Count ? At(index) : null;
        return hook == null ? 0 : Hook.ReadDecisions(hook, target, count);
    }

    private static Status AttachAlone(int index, HookAttachment* description, byte* state)
    {
        if (At(index) == null && !TryMakeHook(index))
            return Status.OutOfMemory;
        ulong head = ((ulong)sizeof(HookAttachment) + StateAlignment - 1) & ~(StateAlignment - 1);
        ulong pages = (head + description->StateBytes * (ulong)Processors.Count + PageTable.PageBytes - 1) / PageTable.PageBytes;
        if (!PhysicalMemory.TryAllocateContiguous(pages, ulong.MaxValue, out ulong physical))
            return Status.OutOfMemory;
        byte* block = DirectMap.Pointer(physical);
        var attachment = (HookAttachment*)block;
        *attachment = *description;
        attachment->State = block + head;
        for (int i = 0; i < Processors.Count; i++)
            RawMemory.CopyQuads(attachment->State + (ulong)i * description->StateBytes, state, description->StateBytes);
        _ = Hook.Attach(At(index), attachment);
        bool isFirst = Block(index) == 0;
        Free(index);
        fixed (Table* table = &s_table)
        {
            table->Blocks[index] = physical;
            table->BlockPages[index] = pages;
        }

        if (isFirst)
            EnterScheduler(index);
        return Status.Ok;
    }

    /// <summary>What the scheduler does only while a module is at one of its hooks.</summary>
    private static void EnterScheduler(int index)
    {
        if (index == SchedBalance)
            Trace.Add(Observers.Balance);
        if (index != SchedPick)
            return;
        s_policyBefore = SchedulingPolicy.InForce;
        Trace.Add(Observers.History);
        _ = SchedulingPolicy.TrySelect(SchedulingPolicy.Hooked);
    }

    private static void LeaveScheduler(int index)
    {
        if (index == SchedBalance)
            Trace.Remove(Observers.Balance);
        if (index != SchedPick)
            return;
        _ = SchedulingPolicy.TrySelect(s_policyBefore);
        Trace.Remove(Observers.History);
    }

    /// <summary>The memory of a module that is off its hook. Who is inside has interrupts off.</summary>
    private static void Free(int index)
    {
        fixed (Table* table = &s_table)
        {
            if (table->Blocks[index] == 0)
                return;
            ProcessorRequest.InterruptEverywhere();
            PhysicalMemory.FreeContiguous(table->Blocks[index], table->BlockPages[index]);
            table->Blocks[index] = 0;
        }
    }

    private static bool TryMakeHook(int index)
    {
        const ulong pages = Hook.Bytes / PageTable.PageBytes;
        if (!PhysicalMemory.TryAllocateContiguous(pages, ulong.MaxValue, out ulong physical))
            return false;
        byte* memory = DirectMap.Pointer(physical);
        Processor.ZeroPages(memory, pages);
        Hook.Initialize((Hook*)memory, &ReadClock);
        fixed (Table* table = &s_table)
            Volatile.Write(ref table->Hooks[index], (ulong)memory);
        return true;
    }

    private static ulong ReadClock() => Processor.ReadTimeStamp();

    private static ulong Block(int index)
    {
        fixed (Table* table = &s_table)
            return table->Blocks[index];
    }

    private static Hook* At(int index)
    {
        fixed (Table* table = &s_table)
            return (Hook*)Volatile.Read(ref table->Hooks[index]);
    }
}
