using System.Runtime;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Signals;

namespace MicroLake.Nucleus.KernelCalls;

/// <summary>Kernel calls on threads, waiting and signals.</summary>
internal static unsafe class ThreadCalls
{
    /// <summary>
    /// Creates a thread on the stack [stackLow, stackHigh) with a guard from guardLow. Returns its identifier, or 0 without memory.
    /// </summary>
    [RuntimeExport("mk_thread_create")]
    private static uint Create(ulong entry, ulong argument, ulong guardLow, ulong stackLow, ulong stackHigh, ulong fsBase) =>
        Scheduler.Create(entry, argument, guardLow, stackLow, stackHigh, fsBase, Scheduler.DefaultPriority);

    /// <summary>Ends the calling thread and releases the given range once it is off its stack.</summary>
    [RuntimeExport("mk_thread_exit")]
    private static void Exit(ulong releaseStart, ulong releaseLength) => Scheduler.Exit(releaseStart, releaseLength);

    [RuntimeExport("nucleus_thread_returned")]
    private static void Returned() => Scheduler.Exit(0, 0);

    [RuntimeExport("mk_thread_self")]
    private static uint Self() => Processor.CurrentThread()->Id;

    /// <summary>The processor that the calling thread runs on at this moment.</summary>
    [RuntimeExport("mk_processor_current")]
    private static uint CurrentProcessor() => Processor.CurrentCpu()->Index;

    [RuntimeExport("mk_thread_yield")]
    private static void Yield() => Scheduler.Yield();

    /// <summary>Sets the thread pointer (FS base) of the calling thread.</summary>
    [RuntimeExport("mk_thread_set_pointer")]
    private static void SetPointer(ulong fsBase)
    {
        Thread* thread = Processor.CurrentThread();
        thread->FsBase = fsBase;
        Processor.WriteMsr(0xc0000100, fsBase);
    }

    /// <summary>The bounds of the calling thread's stack.</summary>
    [RuntimeExport("mk_thread_stack")]
    private static void Stack(ulong* low, ulong* high)
    {
        Thread* thread = Processor.CurrentThread();
        *low = thread->StackLow;
        *high = thread->StackHigh;
    }

    /// <summary>Names a thread in ps and panics; UTF-8, cut to 15 bytes.</summary>
    [RuntimeExport("mk_thread_set_name")]
    private static Status SetName(uint id, byte* name, int length)
    {
        uint interrupts = ThreadList.AcquireLock();
        Thread* thread = ThreadTable.Find(id);
        if (thread != null)
            Scheduler.SetName(thread, name, length);
        ThreadList.ReleaseLock(interrupts);
        return thread != null ? Status.Ok : Status.NotFound;
    }

    /// <summary>Sets the priority of the calling thread, 1 to 63; a ready thread that now comes first runs at once.</summary>
    [RuntimeExport("mk_thread_set_priority")]
    private static Status SetPriority(int priority)
    {
        if (priority <= Scheduler.IdlePriority || priority > Scheduler.MaxPriority)
            return Status.InvalidArgument;
        Scheduler.SetPriority((byte)priority);
        return Status.Ok;
    }

    /// <summary>The priority at which the calling thread runs: its own, or one that a caller lends it.</summary>
    [RuntimeExport("mk_thread_priority")]
    private static int Priority() => Processor.CurrentThread()->RunNode.Priority;

    /// <summary>Index of the scheduling policy in force.</summary>
    [RuntimeExport("mk_sched_policy")]
    private static int SchedulingPolicyInForce() => SchedulingPolicy.InForce;

    /// <summary>Puts another scheduling policy in force.</summary>
    [RuntimeExport("mk_sched_policy_set")]
    private static Status SetSchedulingPolicy(int index) => SchedulingPolicy.TrySelect(index) ? Status.Ok : Status.InvalidArgument;

    [RuntimeExport("mk_thread_signal")]
    private static Status Signal(uint id, int signal)
    {
        if (signal <= 0 || signal >= SignalDelivery.SignalCount)
            return Status.InvalidArgument;
        uint interrupts = ThreadList.AcquireLock();
        Thread* thread = ThreadTable.Find(id);
        if (thread != null)
            SignalDelivery.Send(thread, signal);
        ThreadList.ReleaseLock(interrupts);
        return thread != null ? Status.Ok : Status.NotFound;
    }

    /// <summary>Sets the handler for a signal; returns the one before (0: none).</summary>
    [RuntimeExport("mk_signal_set_handler")]
    private static ulong SetSignalHandler(int signal, ulong handler) =>
        signal <= 0 || signal >= SignalDelivery.SignalCount ? 0 : SignalDelivery.SetHandler(Process.Kernel, signal, handler);

    [RuntimeExport("mk_wait_address")]
    private static Status WaitAddress(int* address, int expected, ulong deadline) =>
        AddressWait.Wait(address, expected, deadline);

    [RuntimeExport("mk_wake_address")]
    private static int WakeAddress(int* address, int count) => AddressWait.Wake(address, count);

    [RuntimeExport("mk_sleep_until")]
    private static void SleepUntil(ulong deadline) => AddressWait.Sleep(deadline);
}
