using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Paging;
using MicroLake.Nucleus.Time;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>Which thread a processor runs next, and the change to it.</summary>
internal static unsafe class Dispatcher
{
    private const ulong InterruptFlag = 1 << 9;

    public static void Initialize()
    {
        SchedulingPolicy.Initialize();
        InterruptTable.Set(InterruptTable.RescheduleVector, &OnReschedule);
    }

    /// <summary>
    /// Takes the current thread off the processor; <paramref name="now"/> is the time, in nanoseconds since the boot. Called with the
    /// processor's lock held; it is free on return.
    /// </summary>
    public static void SwitchToNext(PerCpu* cpu, ulong now)
    {
        ProcessorQueue.Account(cpu, now);
        SwitchTo(cpu, TakeNext(cpu), now);
    }

    /// <summary>The same, to a thread that has been taken out of the queue.</summary>
    public static void SwitchTo(PerCpu* cpu, Thread* next, ulong now)
    {
        Thread* current = cpu->Current;
        cpu->RescheduleWanted = 0;
        Prepare(cpu, current, next, now);
        if (next == current)
            ProcessorQueue.Release(cpu, 0);
        else
            Processor.Switch(current, next);
    }

    /// <summary>
    /// The end of every trap: which thread goes on. Null: the interrupted one. Otherwise that thread, with the processor's lock
    /// held for traps.S to release.
    /// </summary>
    public static Thread* AfterTrap(TrapFrame* frame)
    {
        PerCpu* cpu = Processor.CurrentCpu();
        Thread* current = cpu->Current;

        // Interrupts off means nucleus code that may hold a lock: it goes on as it is.
        if ((frame->Rflags & InterruptFlag) == 0)
            return null;
        if (cpu->RescheduleWanted == 0)
        {
            ThreadWork.Apply(current, frame);
            return null;
        }

        uint interrupts = ProcessorQueue.AcquireOwn(out _);
        cpu->RescheduleWanted = 0;
        if (current == cpu->Idle)
            _ = ProcessorQueue.Pull(cpu);
        ulong now = Clock.Monotonic();
        ProcessorQueue.Account(cpu, now);
        bool waits = PageWait.Holds(current)
            || (current->HasQuota != 0 && frame->IsFromProcess && ProcessorQueue.WaitsForQuota(cpu, current, now));
        if (!waits && !ProcessorQueue.ShouldSwitch(cpu, current))
        {
            ProcessorQueue.Settle(cpu, current);
            if (ProcessorQueue.HasTurn(cpu, current))
                ProcessorQueue.StartQuantum(cpu, current, now);
            ProcessorQueue.Release(cpu, interrupts);
            ThreadWork.Apply(current, frame);
            return null;
        }

        RawMemory.CopyQuads(&current->TrapFrame, frame, (ulong)sizeof(TrapFrame));
        current->SavedByTrap = 1;
        Thread* next = TakeNext(cpu);
        if (!waits)
            ProcessorQueue.Requeue(cpu, current);
        Prepare(cpu, current, next, now);
        return next;
    }

    /// <summary>Leaves the current context for what the thread's trap frame says (return from a signal handler). Interrupts are off.</summary>
    public static void ResumeFromTrapFrame(Thread* current)
    {
        _ = ProcessorQueue.AcquireOwn(out _);
        current->SavedByTrap = 1;
        ThreadWork.Apply(current, &current->TrapFrame);
        LockOrder.Leave(LockRank.RunQueue);
        Processor.Resume(current);
    }

    /// <summary>Sleepers whose time has come become ready; an expired quantum asks for a switch. Interrupt context.</summary>
    public static void OnTimer(PerCpu* cpu)
    {
        uint interrupts = ProcessorQueue.AcquireOwn(out _);
        ulong now = Clock.Monotonic();
        ProcessorQueue.ExpireSleepers(cpu, now);
        if (now >= cpu->QuantumEnd)
        {
            cpu->QuantumEnd = ulong.MaxValue;
            if (ProcessorQueue.HasTurn(cpu, cpu->Current))
                cpu->RescheduleWanted = 1;
        }

        ProcessorQueue.ArmTimer(cpu, now);
        ProcessorQueue.Release(cpu, interrupts);
    }

    /// <summary>The idle thread's life: free the dead, then wait for an interrupt.</summary>
    public static void IdleLoop()
    {
        PerCpu* cpu = Processor.CurrentCpu();
        while (true)
        {
            Scheduler.Reap();
            _ = ProcessorQueue.AcquireOwn(out _);
            Processors.MarkIdle(cpu);
            if (ProcessorQueue.Pull(cpu))
            {
                ProcessorQueue.Requeue(cpu, cpu->Idle);
                SwitchToNext(cpu, Clock.Monotonic());
                Processor.EnableInterrupts();
                continue;
            }

            ProcessorQueue.Release(cpu, 0);
            ProcessorRequest.EnterHalt(cpu);
            Processor.EnableInterruptsAndHalt();
            _ = Processor.DisableInterrupts();
            ProcessorRequest.LeaveHalt(cpu);
            Processor.EnableInterrupts();
        }
    }

    private static void OnReschedule()
    {
        uint interrupts = ProcessorQueue.AcquireOwn(out PerCpu* cpu);
        if (cpu->QuantumEnd == ulong.MaxValue && cpu->Current != cpu->Idle && cpu->Ready.HasRival(cpu->Current))
            ProcessorQueue.StartQuantum(cpu, cpu->Current, Clock.Monotonic());
        ProcessorQueue.Release(cpu, interrupts);
    }

    /// <summary>The thread to run next, out of the queue; the idle thread where nobody waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Thread* TakeNext(PerCpu* cpu) => ProcessorQueue.Pull(cpu) ? cpu->Ready.Take() : cpu->Idle;

    /// <summary>All of a change of threads but the registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prepare(PerCpu* cpu, Thread* current, Thread* next, ulong now)
    {
        if (current == cpu->Idle)
            ProcessorRequest.LeaveHalt(cpu);
        if (next == cpu->Idle)
            Processors.MarkIdle(cpu);
        else
            Processors.MarkBusy(cpu);

        cpu->ChargedUntil = now;
        next->State = ThreadState.Running;
        next->DirectHome = cpu;
        if (next != current)
        {
            next->Switches++;
            cpu->SwitchCount++;
            Trace.Switch(cpu, current, next, now);
        }

        cpu->QuantumEnd = ulong.MaxValue;
        if (next != cpu->Idle && ProcessorQueue.HasTurn(cpu, next))
            ProcessorQueue.StartQuantum(cpu, next, now);
        else
            ProcessorQueue.ArmTimer(cpu, now);
        if (next->SavedByTrap != 0 && next != current)
            ThreadWork.Apply(next, &next->TrapFrame);
        // The switch itself frees the lock, once nothing of the old thread is in use.
        if (next != current)
            LockOrder.Leave(LockRank.RunQueue);
    }
}
