using System.Runtime.CompilerServices;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Features;
using MicroLake.Nucleus.Hooks;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Time;
using Interlocked = System.Threading.Interlocked;
using Volatile = System.Threading.Volatile;

namespace MicroLake.Nucleus.Tracing;

/// <summary>
/// Where the nucleus tells what happens. While nobody observes it, each costs a load and a branch that is never taken; while a trace runs, each
/// writes a record into its own processor's <see cref="TraceRing"/>, with interrupts off, and takes no lock. They may be called anywhere but in an NMI.
/// </summary>
internal static unsafe class Trace
{
    private const ulong PageFault = 14;

    private static uint s_observers;

    /// <summary>Whether events are recorded now.</summary>
    public static bool IsRunning => IsObserved(Observers.Trace);

    /// <summary>Whether any of them wants to be told.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsObserved(Observers observers) => (Volatile.Read(ref s_observers) & (uint)observers) != 0;

    /// <summary>Lets writers in, or keeps them out: those that are in may still be writing.</summary>
    public static void SetRunning(bool running)
    {
        if (running)
            Add(Observers.Trace);
        else
            Remove(Observers.Trace);
    }

    /// <summary>From now on these are told, too.</summary>
    public static void Add(Observers observers)
    {
        Interlocked.Or(ref s_observers, (uint)observers);
        DirectSwitch.FollowObservers();
    }

    /// <summary>They are told no more; what is under way is.</summary>
    public static void Remove(Observers observers)
    {
        Interlocked.And(ref s_observers, ~(uint)observers);
        DirectSwitch.FollowObservers();
    }

    /// <summary>A thread that waited becomes ready. The lock of its processor is held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Arrive(Thread* thread)
    {
        if (s_observers != 0)
            TellArrival(thread);
    }

    /// <summary>The processor goes from one thread to another at <paramref name="now"/>, monotonic nanoseconds. Interrupts are off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Switch(PerCpu* cpu, Thread* from, Thread* to, SwitchReason reason, ulong now)
    {
        if (s_observers != 0)
            WriteSwitch(cpu, from, to, reason, now);
    }

    /// <summary>As above, with the reason that the state of the thread that leaves tells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Switch(PerCpu* cpu, Thread* from, Thread* to, ulong now)
    {
        if (s_observers != 0)
            WriteSwitch(cpu, from, to, ReasonOf(from), now);
    }

    /// <summary>A thread calls an endpoint and will wait for the reply.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Call(uint thread, ulong endpoint)
    {
        if (s_observers != 0)
            Write(TraceEventKind.Call, 0, thread, endpoint, 0, 0);
    }

    /// <summary>The call of a thread has been replied to, or has failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reply(uint thread, ulong endpoint)
    {
        if (s_observers != 0)
            Write(TraceEventKind.Reply, 0, thread, endpoint, 0, 0);
    }

    /// <summary>A processor exception that the thread caused.</summary>
    /// <param name="thread">The thread that ran.</param>
    /// <param name="frame">Its registers.</param>
    /// <param name="address">The address that faulted.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fault(Thread* thread, TrapFrame* frame, ulong address)
    {
        if (s_observers != 0)
            TellFault(thread, frame, address);
    }

    /// <summary>An interrupt's handler begins. Interrupts are off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterruptBegin(PerCpu* cpu, int vector)
    {
        if (s_observers != 0)
            WriteInterrupt(cpu, TraceEventKind.InterruptBegin, vector);
    }

    /// <summary>An interrupt's handler ends. Interrupts are off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InterruptEnd(PerCpu* cpu, int vector)
    {
        if (s_observers != 0)
            WriteInterrupt(cpu, TraceEventKind.InterruptEnd, vector);
    }

    /// <summary>A program or module of that name (UTF-8) was loaded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* name, int length)
    {
        if (s_observers != 0)
            WriteText(TraceEventKind.Load, Processor.CurrentThread()->Id, name, length);
    }

    /// <summary>Text (UTF-8) to find this moment by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mark(byte* text, int length)
    {
        if (s_observers != 0)
            WriteText(TraceEventKind.Mark, Processor.CurrentThread()->Id, text, length);
    }

    /// <summary>A thread has a name (UTF-8) from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ThreadName(Thread* thread, byte* name, int length)
    {
        if (s_observers != 0)
            WriteText(TraceEventKind.ThreadName, thread->Id, name, length);
    }

    /// <summary>The first record of a trace: what the processor runs. Called before writers are let in.</summary>
    public static void WriteStart(PerCpu* cpu, uint thread, ulong now)
    {
        TraceRecord* record = cpu->Trace.Begin(TraceEventKind.Start, 0, thread, now);
        Finish(cpu, record, 0, 0, 0);
    }

    private static SwitchReason ReasonOf(Thread* from) => from->State switch
    {
        ThreadState.Blocked => SwitchReason.Waiting,
        ThreadState.Dead => SwitchReason.Ended,
        _ => from->SavedByTrap != 0 ? SwitchReason.Preempted : SwitchReason.Yielded,
    };

    private static void TellArrival(Thread* thread)
    {
        if (IsObserved(Observers.Runs | Observers.History | Observers.Balance))
            RunHistory.Arrive(thread, Clock.Monotonic());
    }

    private static void TellFault(Thread* thread, TrapFrame* frame, ulong address)
    {
        if (frame->Vector == PageFault && IsObserved(Observers.Faults))
            FaultFeatures.Capture(thread, frame, address);
        Write(TraceEventKind.Fault, (ushort)frame->Vector, thread->Id, address, frame->ErrorCode, frame->Rip);
    }

    private static void WriteSwitch(PerCpu* cpu, Thread* from, Thread* to, SwitchReason reason, ulong now)
    {
        if (IsObserved(Observers.Runs))
            RunFeatures.Capture(cpu, from, reason);
        if (IsObserved(Observers.Runs | Observers.History | Observers.Balance))
        {
            RunHistory.Leave(from, now);
            RunHistory.Enter(to, now, RunFeatures.Handle);
        }

        if (IsObserved(Observers.History | Observers.Balance) && to != cpu->Idle && !to->IsRealtime && to->History.Waited != 0)
            TellWaited(to, to->History.Waited);

        if (!IsRunning)
            return;
        TraceRecord* record = cpu->Trace.Begin(TraceEventKind.Switch, (ushort)reason, from->Id, now);
        Finish(cpu, record, to->Id, 0, 0);
    }

    /// <summary>How long a thread has waited is what came of the scheduler's decisions.</summary>
    private static void TellWaited(Thread* thread, ulong nanoseconds)
    {
        if (IsObserved(Observers.History))
            HookTable.OutcomeFor(thread->Process, HookTable.SchedPick, nanoseconds);
        if (IsObserved(Observers.Balance))
            HookTable.Outcome(HookTable.SchedBalance, nanoseconds);
    }

    private static void WriteInterrupt(PerCpu* cpu, TraceEventKind kind, int vector)
    {
        if (!IsRunning)
            return;
        TraceRecord* record = cpu->Trace.Begin(kind, (ushort)vector, cpu->Current->Id, Clock.Monotonic());
        Finish(cpu, record, 0, 0, 0);
    }

    private static void Write(TraceEventKind kind, ushort detail, uint thread, ulong a, ulong b, ulong c)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        // The trace may have stopped before interrupts went off.
        if (IsRunning)
        {
            PerCpu* cpu = Processor.CurrentCpu();
            Finish(cpu, cpu->Trace.Begin(kind, detail, thread, Clock.Monotonic()), a, b, c);
        }

        Leave(interrupts);
    }

    private static void WriteText(TraceEventKind kind, uint thread, byte* text, int length)
    {
        // The text may lie in memory that is not there yet: it is touched before interrupts go off.
        ulong* copy = stackalloc ulong[TraceRecord.TextBytes / sizeof(ulong)];
        var bytes = (byte*)copy;
        length = Whole(text, length < TraceRecord.TextBytes ? length : TraceRecord.TextBytes, length);
        for (int i = 0; i < TraceRecord.TextBytes; i++)
            bytes[i] = i < length ? text[i] : (byte)0;
        uint interrupts = SpinLock.DisableInterrupts();
        if (IsRunning)
        {
            PerCpu* cpu = Processor.CurrentCpu();
            TraceRecord* record = cpu->Trace.Begin(kind, 0, thread, Clock.Monotonic());
            for (int i = 0; i < TraceRecord.TextBytes / sizeof(ulong); i++)
                Volatile.Write(ref (&record->A)[i], copy[i]);
            cpu->Trace.Commit(record);
        }

        Leave(interrupts);
    }

    /// <summary>A length that cuts no UTF-8 sequence: not before a byte of the form 10xxxxxx.</summary>
    private static int Whole(byte* text, int wanted, int length)
    {
        while (wanted > 0 && wanted < length && (text[wanted] & 0xc0) == 0x80)
            wanted--;
        return wanted;
    }

    private static void Finish(PerCpu* cpu, TraceRecord* record, ulong a, ulong b, ulong c)
    {
        Volatile.Write(ref record->A, a);
        Volatile.Write(ref record->B, b);
        Volatile.Write(ref record->C, c);
        cpu->Trace.Commit(record);
    }

    private static void Leave(uint interrupts)
    {
        if (interrupts != 0)
            Processor.EnableInterrupts();
    }
}
