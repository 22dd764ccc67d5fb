using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Hooks;

/// <summary>Modules come to hooks and leave them: their memory, and that of the hooks of tenants and processes.</summary>
internal static unsafe class HookModules
{
    /// <summary>Most bytes of a module's state for one processor.</summary>
    public const ulong MostStateBytes = 1 << 20;

    private const ulong StateAlignment = 64;

    private struct Counts
    {
        public fixed int Attached[HookTable.Count];
    }

    /// <summary>Modules at each hook, of any scope.</summary>
    private static Counts s_counts;
    private static uint s_busy;

    /// <summary>Whether a module is at the hook, of any scope; one that broke its limits is until it is taken off.</summary>
    public static bool Any(int index) => Volatile.Read(ref CountOf(index)) != 0;

    /// <summary>
    /// Attaches a module in the place of the one before, which is gone on return: no decision is lost, and none is made twice.
    /// <see cref="Status.NotFound"/>: there is nothing of that scope.
    /// </summary>
    public static Status Attach(int index, uint scope, HookAttachment* description, byte* state)
    {
        if ((uint)index >= HookTable.Count || description->Entry == null || description->StateBytes == 0 || description->StateBytes > MostStateBytes
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
        if ((uint)index >= HookTable.Count)
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
        for (int index = 0; index < HookTable.Count; index++)
        {
            if (HookPlaces.At(&process->Hooks, index) == null)
                continue;
            while (!TryBegin())
                Scheduler.Yield();
            DetachAlone(&process->Hooks, index);
            End();
        }
    }

    /// <summary>Changes what the module's decisions are worth, and what they are held to (<see cref="HookAttachment.Baseline"/>). <see cref="Status.NotFound"/>: none is attached.</summary>
    public static Status SetMode(int index, uint scope, HookMode mode, ulong baseline)
    {
        if (mode is < HookMode.Shadow or > HookMode.Active)
            return Status.InvalidArgument;
        uint interrupts = ThreadList.AcquireLock();
        Hook* hook = HookTable.FindLocked(index, scope);
        HookAttachment* attachment = hook == null ? null : hook->Attachment;
        if (attachment != null)
        {
            attachment->Mode = mode;
            attachment->Baseline = baseline;
            Hook.ResetOutcomes(hook);
        }

        ThreadList.ReleaseLock(interrupts);
        return attachment != null ? Status.Ok : Status.NotFound;
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
        RawMemory.CopyQuads(attachment, description, (ulong)sizeof(HookAttachment));
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
        if (places == HookTable.Everybodys())
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

    /// <summary>The places of a scope, and the process that is kept until <see cref="Unpin"/>, if it is one's; null: there is nothing of that scope.</summary>
    private static HookPlaces* Pin(uint scope, out Process* process)
    {
        process = null;
        if (scope == HookScope.Everywhere)
            return HookTable.Everybodys();
        if (HookScope.IsTenant(scope))
            return HookScope.TenantOf(scope) is > 0 and < HookScope.Tenants ? HookTable.OfTenant(HookScope.TenantOf(scope)) : null;
        process = ProcessTable.Pin(scope);
        return process == null ? null : &process->Hooks;
    }

    private static void Unpin(Process* process)
    {
        if (process != null)
            ProcessTable.Unpin(process);
    }
}
