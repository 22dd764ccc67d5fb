using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Time;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// A processor's ready threads and sleepers. All methods are called with interrupts off and, unless they say otherwise, with the
/// processor's lock held.
/// </summary>
internal static unsafe class ProcessorQueue
{
    /// <summary>A thread that ran alone for longer, in nanoseconds, is not made to wait until an arrival has run as long.</summary>
    private const ulong Solitude = 4_000_000;

    /// <summary>How long one that has gently woken a thread which comes before it goes on, in nanoseconds.</summary>
    private const ulong Courtesy = 100_000;

    public static void Initialize(PerCpu* cpu)
    {
        cpu->Ready.Initialize();
        cpu->Sleepers.Initialize();
        cpu->QuantumEnd = ulong.MaxValue;
        cpu->TimerArmedFor = ulong.MaxValue;
        cpu->SwitchLock = &cpu->Lock.Word;
    }

    /// <summary>Takes this processor's lock; the processor stays the same until it is released. Returns whether interrupts were on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AcquireOwn(out PerCpu* cpu)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        cpu = Processor.CurrentCpu();
        SpinLock.AcquireQuietly(&cpu->Lock, LockRank.RunQueue);
        return interrupts;
    }

    public static void Release(PerCpu* cpu, uint interrupts) => SpinLock.Release(&cpu->Lock, LockRank.RunQueue, interrupts);

    /// <summary>Locks the processor whose queues the thread belongs to, which may change until they are locked.</summary>
    public static PerCpu* AcquireHome(Thread* thread)
    {
        while (true)
        {
            var cpu = (PerCpu*)Volatile.Read(ref *(ulong*)&thread->Home);
            SpinLock.AcquireQuietly(&cpu->Lock, LockRank.RunQueue);
            if (thread->Home == cpu)
                return cpu;
            SpinLock.Release(&cpu->Lock, LockRank.RunQueue, 0);
        }
    }

    /// <summary>Charges the running thread for its time up to now, in nanoseconds since the boot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Account(PerCpu* cpu, ulong now)
    {
        if (now > cpu->ChargedUntil)
            Charge(cpu, cpu->Current, now);
    }

    private static void Charge(PerCpu* cpu, Thread* thread, ulong now)
    {
        ulong ran = now - cpu->ChargedUntil;
        thread->RunNanoseconds += ran;
        cpu->ChargedUntil = now;
        if (thread->HasQuota != 0)
            thread->Process->Processor.Charge(ran, now);
        if (!thread->IsRealtime && thread->RunNode.Priority != Scheduler.IdlePriority)
            thread->VirtualRuntime = SchedulingPolicy.Charge(thread, ran);
    }

    /// <summary>
    /// A running thread that nobody waits for, whose account is up to date, has kept nobody waiting: what it has been charged is what all have reached,
    /// so that the next to come begins beside it.
    /// </summary>
    public static void Settle(PerCpu* cpu, Thread* current)
    {
        if (cpu->Ready.Count == 0 && !current->IsRealtime)
            cpu->Ready.Reach(current->VirtualRuntime);
    }

    /// <summary>
    /// A thread that waited, or is new, becomes ready here; it may interrupt the one that runs. <paramref name="gently"/>: not at once if that is the one
    /// that wakes it. Who wakes another often holds a lock that the other needs next, or is about to wait itself: both would be switched to in vain.
    /// </summary>
    public static void Arrive(PerCpu* cpu, Thread* thread, bool gently = false)
    {
        Thread* current = cpu->Current;
        ulong now = 0;
        bool turnIsEndless = current != cpu->Idle && cpu->QuantumEnd == ulong.MaxValue;
        if (turnIsEndless)
        {
            now = Clock.Monotonic();
            if (now > cpu->ChargedUntil + Solitude)
            {
                Account(cpu, now);
                Settle(cpu, current);
            }
        }

        Move(thread, cpu);
        Trace.Arrive(thread);
        thread->VirtualRuntime = SchedulingPolicy.Arrive(cpu->Ready.Floor, thread);
        bool preempts = current == cpu->Idle
            || (thread->IsRealtime
                ? thread->RunNode.Priority > current->RunNode.Priority
                : !current->IsRealtime && SchedulingPolicy.Preempts(current, thread));
        Enqueue(cpu, thread);
        if (preempts && gently && !thread->IsRealtime && current != cpu->Idle && cpu == Processor.CurrentCpu() && cpu->InterruptDepth == 0)
            EndTurnSoon(cpu);
        else if (preempts)
            WantReschedule(cpu);
        else if (turnIsEndless && cpu->Ready.HasRival(current))
            WantQuantum(cpu, now);
    }

    /// <summary>The running thread, in whose place another runs now, is ready to go on. The idle thread waits outside of the queue.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Requeue(PerCpu* cpu, Thread* current)
    {
        current->State = ThreadState.Ready;
        if (current == cpu->Idle)
            return;
        cpu->Ready.Add(current);
        KickIdle(cpu);
    }

    /// <summary>Puts an arrival into the queue; what cannot run here at once is offered to an idle processor.</summary>
    private static void Enqueue(PerCpu* cpu, Thread* thread)
    {
        thread->State = ThreadState.Ready;
        cpu->Ready.Add(thread, arrives: true);
        if (cpu->Current != cpu->Idle || cpu->Ready.Count > 1)
            KickIdle(cpu);
    }

    /// <summary>Whether the running thread, whose account is up to date, gives way to the first that waits.</summary>
    public static bool ShouldSwitch(PerCpu* cpu, Thread* current)
    {
        Thread* next = cpu->Ready.Peek();
        if (next == null || current == cpu->Idle)
            return next != null;
        if (next->IsRealtime || current->IsRealtime)
            return next->RunNode.Priority >= current->RunNode.Priority;
        return next->VirtualRuntime < current->VirtualRuntime;
    }

    /// <summary>Fills an empty queue with threads that wait in another processor's. False: there is nothing to take.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Pull(PerCpu* cpu) => cpu->Ready.Count != 0 || Steal(cpu);

    private static bool Steal(PerCpu* cpu)
    {
        int count = Processors.Count;
        for (int i = 1; i < count; i++)
        {
            PerCpu* victim = Processors.At((int)((cpu->Index + (uint)i) % (uint)count));
            if (victim->Ready.Count == 0 || !SpinLock.TryAcquire(&victim->Lock))
                continue;
            ulong taken = 0;
            for (ulong wanted = Balancing.ThreadsToTake(cpu, victim); taken < wanted; taken++)
            {
                Thread* thread = victim->Ready.Take();
                Move(thread, cpu);
                cpu->Ready.Add(thread);
            }

            SpinLock.ReleaseTried(&victim->Lock);
            cpu->StealCount += taken;
            if (taken != 0)
                return true;
        }

        return false;
    }

    /// <summary>Sleepers whose time has come are ready.</summary>
    public static void ExpireSleepers(PerCpu* cpu, ulong now)
    {
        KeyedHeapNode* node;
        while ((node = cpu->Sleepers.TakeUpTo(now)) != null)
        {
            Thread* thread = Thread.FromSleepNode(node);
            thread->TimedOut = 1;
            Arrive(cpu, thread);
        }
    }

    /// <summary>
    /// The running thread, that was interrupted in its process and whose account is up to date, waits if the process has used up its share. Whoever
    /// cuts its wait short lets it run a little earlier, no more.
    /// </summary>
    public static bool WaitsForQuota(PerCpu* cpu, Thread* current, ulong now)
    {
        ulong until = current->Process->Processor.WaitUntil(now);
        if (until == 0 || (current->Work & ThreadWork.Kill) != 0)
            return false;
        current->State = ThreadState.Blocked;
        _ = cpu->Sleepers.Insert(&current->SleepNode, until);
        return true;
    }

    /// <summary>Whether the thread's turn has an end: another waits for it, or its process has a quota.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasTurn(PerCpu* cpu, Thread* running) => cpu->Ready.HasRival(running) || running->HasQuota != 0;

    public static void StartQuantum(PerCpu* cpu, Thread* running, ulong now)
    {
        cpu->QuantumEnd = now + SchedulingPolicy.Quantum(running);
        ArmTimer(cpu, now);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ArmTimer(PerCpu* cpu, ulong now)
    {
        ulong deadline = cpu->QuantumEnd;
        if (cpu->Sleepers.LeastKey < deadline)
            deadline = cpu->Sleepers.LeastKey;
        OneShotTimer.Arm(cpu, now, deadline);
    }

    /// <summary>
    /// The thread belongs to this processor from now on; its virtual runtime keeps its distance from the others', and is at least what it is foreseen to run,
    /// which is a part of it.
    /// </summary>
    private static void Move(Thread* thread, PerCpu* cpu)
    {
        PerCpu* from = thread->Home;
        thread->Home = cpu;
        if (from == cpu || from == null)
            return;
        ulong there = from->Ready.Floor, here = cpu->Ready.Floor;
        ulong ahead = thread->VirtualRuntime > there ? thread->VirtualRuntime - there : 0;
        ulong moved = here + ahead;
        thread->VirtualRuntime = moved > thread->Foreseen ? moved : thread->Foreseen;
    }

    /// <summary>The running thread goes on for a little, unless its turn ends earlier.</summary>
    private static void EndTurnSoon(PerCpu* cpu)
    {
        ulong now = Clock.Monotonic();
        if (now + Courtesy >= cpu->QuantumEnd)
            return;
        cpu->QuantumEnd = now + Courtesy;
        ArmTimer(cpu, now);
    }

    private static void WantReschedule(PerCpu* cpu)
    {
        Volatile.Write(ref cpu->RescheduleWanted, 1);
        if (cpu != Processor.CurrentCpu())
            LocalApic.SendInterrupt(cpu->ApicId, InterruptTable.RescheduleVector);
    }

    /// <summary>The running thread's turn gets an end. Only its processor can set its timer.</summary>
    private static void WantQuantum(PerCpu* cpu, ulong now)
    {
        if (cpu == Processor.CurrentCpu())
            StartQuantum(cpu, cpu->Current, now);
        else
            LocalApic.SendInterrupt(cpu->ApicId, InterruptTable.RescheduleVector);
    }

    /// <summary>Wakes an idle processor, if there is one, to take over what waits here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KickIdle(PerCpu* cpu)
    {
        if (Processors.Count != 1)
            WakeIdle(cpu);
    }

    private static void WakeIdle(PerCpu* cpu)
    {
        // What was queued must be seen by a processor that marks itself idle after this look.
        Interlocked.MemoryBarrier();
        ulong idle = Processors.Idle & ~(1ul << (int)cpu->Index);
        if (idle == 0)
            return;
        PerCpu* helper = Processors.At(BitOperations.TrailingZeroCount(idle));
        Processors.MarkBusy(helper);
        WantReschedule(helper);
    }
}
