using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Time;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Hooks;

/// <summary>What the scheduler does only while a module is at one of its hooks.</summary>
internal static unsafe class SchedulerHooks
{
    private static int s_policyBefore;

    /// <summary>The first module comes to a hook.</summary>
    public static void Enter(int index)
    {
        if (index == HookTable.SchedBalance)
            Trace.Add(Observers.Balance);
        if (index != HookTable.SchedPick)
            return;
        s_policyBefore = SchedulingPolicy.InForce;
        for (int i = 0; i < Processors.Count; i++)
            HookedPolicy.Begin(Processors.At(i));
        uint interrupts = ThreadList.AcquireLock();
        ThreadList.VisitLocked(&ForgetWaiting, null);
        ThreadList.ReleaseLock(interrupts);
        Trace.Add(Observers.History);
        _ = SchedulingPolicy.TrySelect(SchedulingPolicy.Hooked);
    }

    /// <summary>The last module leaves a hook.</summary>
    public static void Leave(int index)
    {
        if (index == HookTable.SchedBalance)
            Trace.Remove(Observers.Balance);
        if (index != HookTable.SchedPick)
            return;
        _ = SchedulingPolicy.TrySelect(s_policyBefore);
        Trace.Remove(Observers.History);
    }

    /// <summary>Nobody is kept back any more by what a module foresaw that has left.</summary>
    public static void Forget(int index)
    {
        if (index != HookTable.SchedPick)
            return;
        uint interrupts = ThreadList.AcquireLock();
        ThreadList.VisitLocked(&Forget, null);
        ThreadList.ReleaseLock(interrupts);
    }

    /// <summary>
    /// Threads that wait to run may wait longer by now than a module may let them, which is found out before they run. The list of threads is locked.
    /// </summary>
    public static void LookAtWaitingLocked(int index)
    {
        ulong now = Clock.Monotonic();
        if (index == HookTable.SchedPick && Trace.IsObserved(Observers.History))
            ThreadList.VisitLocked(&LookAtWaiting, &now);
    }

    private static void LookAtWaiting(Thread* thread, void* context)
    {
        ulong now = *(ulong*)context, since = thread->History.ReadySince;
        if (thread->State == ThreadState.Ready && !thread->IsRealtime && since != 0 && now > since)
            HookTable.PendingFor(thread->Process, HookTable.SchedPick, now - since);
    }

    /// <summary>When a thread became ready is of another observation.</summary>
    private static void ForgetWaiting(Thread* thread, void* context) => thread->History.ReadySince = 0;

    private static void Forget(Thread* thread, void* context)
    {
        if (thread->Home == null)
            return;
        PerCpu* home = ProcessorQueue.AcquireHome(thread);
        HookedPolicy.Forget(home, thread);
        ProcessorQueue.Release(home, 0);
    }
}
