using System.Threading;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// A processor's ready threads and sleepers. All methods are called with interrupts off and, unless they say otherwise, with the
/// processor's lock held.
/// </summary>
internal static unsafe class ProcessorQueue
{
    private const ulong QuantumNanoseconds = 4_000_000;

    public static void Initialize(PerCpu* cpu)
    {
        cpu->Ready.Initialize();
        cpu->Sleepers.Initialize();
        cpu->QuantumEnd = ulong.MaxValue;
        cpu->TimerArmedFor = ulong.MaxValue;
        cpu->SwitchLock = &cpu->Lock.Word;
    }

    /// <summary>Takes this processor's lock; the processor stays the same until it is released. Returns whether interrupts were on.</summary>
    public static uint AcquireOwn(out PerCpu* cpu)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        cpu = Processor.CurrentCpu();
        _ = SpinLock.Acquire(&cpu->Lock, LockRank.RunQueue);
        return interrupts;
    }

    public static void Release(PerCpu* cpu, uint interrupts) => SpinLock.Release(&cpu->Lock, LockRank.RunQueue, interrupts);

    /// <summary>Locks the processor whose queues the thread belongs to, which may change until they are locked.</summary>
    public static PerCpu* AcquireHome(Thread* thread)
    {
        while (true)
        {
            var cpu = (PerCpu*)Volatile.Read(ref *(ulong*)&thread->Home);
            _ = SpinLock.Acquire(&cpu->Lock, LockRank.RunQueue);
            if (thread->Home == cpu)
                return cpu;
            SpinLock.Release(&cpu->Lock, LockRank.RunQueue, 0);
        }
    }

    /// <summary>
    /// Puts a thread into the queue, and sees to it that somebody runs it: this processor if it does something less important, else an
    /// idle one.
    /// </summary>
    public static void Enqueue(PerCpu* cpu, Thread* thread)
    {
        thread->State = ThreadState.Ready;
        thread->Home = cpu;
        _ = cpu->Ready.Enqueue(&thread->RunNode);
        Thread* current = cpu->Current;
        bool waits = current != cpu->Idle || cpu->Ready.Count > 1;
        if (current == thread)
            waits = cpu->Ready.Count > 1;
        else if (current == cpu->Idle || thread->RunNode.Priority > current->RunNode.Priority)
            WantReschedule(cpu);
        else if (thread->RunNode.Priority == current->RunNode.Priority && cpu->QuantumEnd == ulong.MaxValue)
            WantQuantum(cpu);
        if (waits)
            KickIdle(cpu);
    }

    /// <summary>The first thread to run, or null. It stays queued.</summary>
    public static Thread* Peek(PerCpu* cpu)
    {
        RunQueueNode* node = cpu->Ready.Peek();
        return node != null ? Thread.FromRunNode(node) : null;
    }

    public static bool HasAtLeast(PerCpu* cpu, byte priority) => cpu->Ready.HighestPriority >= priority;

    /// <summary>Fills an empty queue with a thread that waits in another processor's. False: nobody waits anywhere.</summary>
    public static bool Pull(PerCpu* cpu)
    {
        if (cpu->Ready.Count != 0)
            return true;
        int count = Processors.Count;
        for (int i = 1; i < count; i++)
        {
            PerCpu* victim = Processors.At((int)((cpu->Index + (uint)i) % (uint)count));
            if (victim->Ready.Count == 0 || !SpinLock.TryAcquire(&victim->Lock))
                continue;
            RunQueueNode* node = victim->Ready.TakeHighest();
            if (node != null)
                Thread.FromRunNode(node)->Home = cpu;
            SpinLock.ReleaseTried(&victim->Lock);
            if (node == null)
                continue;
            _ = cpu->Ready.Enqueue(node);
            cpu->StealCount++;
            return true;
        }

        return false;
    }

    /// <summary>Sleepers whose time has come are ready.</summary>
    public static void ExpireSleepers(PerCpu* cpu, ulong now)
    {
        TimerNode* node;
        while ((node = cpu->Sleepers.TakeExpired(now)) != null)
        {
            Thread* thread = Thread.FromSleepNode(node);
            thread->TimedOut = 1;
            Enqueue(cpu, thread);
        }
    }

    public static void StartQuantum(PerCpu* cpu, ulong now)
    {
        cpu->QuantumEnd = now + QuantumNanoseconds;
        ArmTimer(cpu, now);
    }

    public static void ArmTimer(PerCpu* cpu, ulong now)
    {
        ulong deadline = cpu->QuantumEnd;
        if (cpu->Sleepers.NextDeadline < deadline)
            deadline = cpu->Sleepers.NextDeadline;
        OneShotTimer.Arm(cpu, now, deadline);
    }

    private static void WantReschedule(PerCpu* cpu)
    {
        Volatile.Write(ref cpu->RescheduleWanted, 1);
        if (cpu != Processor.CurrentCpu())
            LocalApic.SendInterrupt(cpu->ApicId, InterruptTable.RescheduleVector);
    }

    /// <summary>The running thread's turn gets an end. Only its processor can set its timer.</summary>
    private static void WantQuantum(PerCpu* cpu)
    {
        if (cpu == Processor.CurrentCpu())
            StartQuantum(cpu, Clock.Monotonic());
        else
            LocalApic.SendInterrupt(cpu->ApicId, InterruptTable.RescheduleVector);
    }

    /// <summary>Wakes an idle processor, if there is one, to take over what waits here.</summary>
    private static void KickIdle(PerCpu* cpu)
    {
        // What was queued must be seen by a processor that marks itself idle after this look.
        Interlocked.MemoryBarrier();
        ulong idle = Processors.Idle & ~(1ul << (int)cpu->Index);
        if (idle == 0)
            return;
        PerCpu* helper = Processors.At(System.Numerics.BitOperations.TrailingZeroCount(idle));
        Processors.MarkBusy(helper);
        WantReschedule(helper);
    }
}
