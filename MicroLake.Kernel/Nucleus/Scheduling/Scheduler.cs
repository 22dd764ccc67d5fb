using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Ipc;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Paging;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Time;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// The life of threads: making, waiting, waking, ending. A run queue for each processor; who runs out of work takes it from
/// another's. Priorities 1 to 32 share by weight (<see cref="SchedulingPolicy"/>), 33 to 63 are real-time.
/// </summary>
internal static unsafe class Scheduler
{
    public const byte IdlePriority = 0;
    public const byte DefaultPriority = 32;
    public const byte HighestFairPriority = 32;
    public const byte MaxPriority = 63;

    /// <summary>How far behind its creator a thread begins, in nanoseconds of virtual runtime.</summary>
    private const ulong StartDelay = 1ul << FairQueue.WidthShift;

    /// <summary>Threads that gave a processor to another, since the boot.</summary>
    public static ulong SwitchCount
    {
        get
        {
            ulong count = 0;
            for (int i = 0; i < Processors.Count; i++)
                count += Processors.At(i)->SwitchCount;
            return count;
        }
    }

    /// <summary>Makes the context that the processor booted in its idle thread, on the given stack. False: no memory.</summary>
    public static bool AdoptProcessor(PerCpu* cpu, ulong guardLow, ulong stackLow, ulong stackHigh)
    {
        ProcessorQueue.Initialize(cpu);
        if (ThreadList.TryAllocate(Process.Kernel, out Thread* idle) != Status.Ok)
            return false;
        idle->RunNode.Priority = IdlePriority;
        idle->State = ThreadState.Running;
        idle->Home = cpu;
        idle->StackLow = stackLow;
        idle->StackHigh = stackHigh;
        idle->GuardLow = guardLow;
        SetName(idle, "idle"u8);
        cpu->Idle = idle;
        cpu->Current = idle;
        return true;
    }

    /// <summary>
    /// A new thread that calls <paramref name="entry"/> with <paramref name="argument"/> on the given stack. Returns its identifier, or 0 without
    /// memory: the thread itself may have ended, and be gone, before this returns.
    /// </summary>
    public static uint Create(ulong entry, ulong argument, ulong guardLow, ulong stackLow, ulong stackHigh, ulong fsBase, byte priority)
    {
        Reap();
        if (ThreadList.TryAllocate(Process.Kernel, out Thread* thread) != Status.Ok)
            return 0;
        uint id = thread->Id;
        thread->RunNode.Priority = priority;
        thread->GuardLow = guardLow;
        thread->StackLow = stackLow;
        thread->StackHigh = stackHigh;
        thread->FsBase = fsBase;

        // What x64_switch pops: rbx, r12 (entry), r13 (argument), r14, r15, rbp, return address.
        var top = (ulong*)(stackHigh & ~15ul);
        if (!KernelAddressSpace.EnsurePresent((ulong)(top - 9), 72))
        {
            _ = ThreadList.Remove(thread);
            ThreadList.Forget(Process.Kernel);
            KeptFrames.Free(DirectMap.Physical(thread));
            return 0;
        }

        // Two words above the return address keep the stack 16-byte aligned at the call in x64_thread_start.
        *--top = 0;
        *--top = 0;
        *--top = ThreadStart();
        *--top = 0;
        *--top = 0;
        *--top = 0;
        *--top = argument;
        *--top = entry;
        *--top = 0;
        thread->Rsp = (ulong)top;

        StartPrepared(thread);
        return id;
    }

    /// <summary>Gives a thread that has its registers to a processor.</summary>
    public static void StartPrepared(Thread* thread)
    {
        uint interrupts = SpinLock.DisableInterrupts();
        Start(thread);
        RestoreInterrupts(interrupts);
    }

    /// <summary>Ends the current thread; the memory is released after it has left its stack.</summary>
    public static void Exit(ulong releaseStart, ulong releaseLength)
    {
        Thread* current = Processor.CurrentThread();
        MessagePassing.EndThread(current);
        Process* process = current->Process;
        if (ThreadList.Remove(current) && !process->IsKernel)
        {
            ProcessHandles.CloseAll(process);
            System.Threading.Volatile.Write(ref process->HasEnded, 1);
            _ = AddressWait.Wake(&process->HasEnded, int.MaxValue);
        }

        _ = ProcessorQueue.AcquireOwn(out PerCpu* cpu);
        current->ReleaseStart = releaseStart;
        current->ReleaseLength = releaseLength;
        current->State = ThreadState.Dead;
        current->WaitNext = cpu->Dead;
        cpu->Dead = current;
        Dispatcher.SwitchToNext(cpu, Clock.Monotonic());
    }

    /// <summary>
    /// Frees threads that have ended, on whatever processor: one that never idles would keep its own for ever. Runs in idle threads and
    /// before a thread is created.
    /// </summary>
    public static void Reap()
    {
        for (int i = 0; i < Processors.Count; i++)
            while (TryReapOne(Processors.At(i)))
            {
            }
    }

    /// <summary>
    /// Frees one thread that ended there. False: there is none. With interrupts off throughout: an idle thread that is interrupted goes on when
    /// its processor idles again, and somebody may wait for what it has in hand.
    /// </summary>
    private static bool TryReapOne(PerCpu* cpu)
    {
        if (System.Threading.Volatile.Read(ref *(ulong*)&cpu->Dead) == 0)
            return false;
        uint interrupts = SpinLock.DisableInterrupts();

        // Who holds the processor's lock knows that the dead have left their stacks.
        _ = SpinLock.Acquire(&cpu->Lock, LockRank.RunQueue);
        Thread* dead = cpu->Dead;
        if (dead != null)
            cpu->Dead = dead->WaitNext;
        ProcessorQueue.Release(cpu, 0);
        if (dead != null)
        {
            if (dead->ReleaseLength != 0)
                _ = KernelAddressSpace.KeepStack(dead->ReleaseStart, dead->ReleaseLength);
            Process* process = dead->Process;
            KeptFrames.Free(DirectMap.Physical(dead));
            ThreadList.Forget(process);
        }

        RestoreInterrupts(interrupts);
        return dead != null;
    }

    public static void Yield()
    {
        uint interrupts = ProcessorQueue.AcquireOwn(out PerCpu* cpu);
        Thread* current = cpu->Current;
        if (!cpu->Ready.HasRival(current))
        {
            ProcessorQueue.Release(cpu, interrupts);
            return;
        }

        ulong now = Clock.Monotonic();
        ProcessorQueue.Account(cpu, now);
        Thread* rival = cpu->Ready.Take();
        // Behind the rival, but not behind all that it is foreseen to run.
        ulong behind = rival->VirtualRuntime - rival->Foreseen;
        if (!current->IsRealtime && !rival->IsRealtime && current->VirtualRuntime < behind)
            current->VirtualRuntime = behind;
        ProcessorQueue.Requeue(cpu, current);
        Dispatcher.SwitchTo(cpu, rival, now);
        RestoreInterrupts(interrupts);
    }

    /// <summary>Sets the current thread's priority, 1 to 63; a thread that now comes first runs at once.</summary>
    public static void SetPriority(byte priority)
    {
        uint interrupts = ProcessorQueue.AcquireOwn(out PerCpu* cpu);
        Thread* current = cpu->Current;
        ProcessorQueue.Account(cpu, Clock.Monotonic());
        current->BasePriority = priority;
        SetEffectivePriority(cpu, current);
        ProcessorQueue.Release(cpu, interrupts);
        Yield();
    }

    /// <summary>A thread gets a priority that is above its own, whatever it is doing. Interrupts are off.</summary>
    public static void Raise(Thread* thread, byte priority)
    {
        PerCpu* home = ProcessorQueue.AcquireHome(thread);
        if (thread->RunNode.Priority < priority)
        {
            bool isQueued = home->Ready.Remove(thread);
            thread->RunNode.Priority = priority;
            if (isQueued)
                ProcessorQueue.Arrive(home, thread);
        }

        ProcessorQueue.Release(home, 0);
    }

    /// <summary>
    /// The current thread goes back to its own priority. Interrupts are off, and the caller ends with <see cref="Preempt"/>: another may come
    /// first now.
    /// </summary>
    public static void Lower(Thread* current)
    {
        _ = ProcessorQueue.AcquireOwn(out PerCpu* cpu);
        ProcessorQueue.Account(cpu, Clock.Monotonic());
        SetEffectivePriority(cpu, current);
        if (ProcessorQueue.ShouldSwitch(cpu, current))
            cpu->RescheduleWanted = 1;
        ProcessorQueue.Release(cpu, 0);
    }

    /// <summary>
    /// Takes the current thread off the processor until <see cref="TryWake"/> or the deadline (monotonic nanoseconds,
    /// <see cref="ulong.MaxValue"/>: none). True: the deadline ended the wait. Called with interrupts off;
    /// <paramref name="queueLock"/>, of that rank, which keeps wakers away, is released once the thread counts as blocked.
    /// </summary>
    public static bool Block(ulong deadline, SpinLock* queueLock, LockRank rank)
    {
        _ = ProcessorQueue.AcquireOwn(out PerCpu* cpu);
        Thread* current = cpu->Current;
        if ((current->Work & ThreadWork.Kill) != 0)
        {
            // Whoever asked for the end found a running thread, and does not come again.
            current->TimedOut = 1;
            ProcessorQueue.Release(cpu, 0);
            if (queueLock != null)
                SpinLock.Release(queueLock, rank, 0);
            return true;
        }

        current->State = ThreadState.Blocked;
        current->TimedOut = 0;
        if (deadline != ulong.MaxValue || current->HasQuota != 0)
            current->DirectHome = null;
        if (deadline != ulong.MaxValue)
            _ = cpu->Sleepers.Insert(&current->SleepNode, deadline);
        if (queueLock != null)
            SpinLock.Release(queueLock, rank, 0);
        Dispatcher.SwitchToNext(cpu, Clock.Monotonic());
        return current->TimedOut != 0;
    }

    /// <summary>
    /// Makes a blocked thread ready. False: its deadline has done so already. Called with interrupts off and with the lock held
    /// that keeps the thread from waiting anew. <paramref name="gently"/>: as for <see cref="ProcessorQueue.Arrive"/>.
    /// </summary>
    public static bool TryWake(Thread* thread, bool gently = false)
    {
        PerCpu* home = ProcessorQueue.AcquireHome(thread);
        if (thread->State != ThreadState.Blocked)
        {
            ProcessorQueue.Release(home, 0);
            return false;
        }

        _ = home->Sleepers.Cancel(&thread->SleepNode);
        PerCpu* target = SchedulingPolicy.Place(home);
        if (target != home)
        {
            // In between the thread is in nobody's queue, and nobody looks for it: it is not blocked any more.
            thread->State = ThreadState.Ready;
            ProcessorQueue.Release(home, 0);
            _ = SpinLock.Acquire(&target->Lock, LockRank.RunQueue);
        }

        ProcessorQueue.Arrive(target, thread, gently);
        ProcessorQueue.Release(target, 0);
        return true;
    }

    /// <summary>
    /// A thread that waits at a kernel object, whose lock is held, without a deadline is the current processor's from now on. False: it cannot
    /// be, or is already. Called with interrupts off.
    /// </summary>
    public static bool TryAdopt(Thread* thread)
    {
        PerCpu* cpu = Processor.CurrentCpu();
        PerCpu* home = thread->DirectHome;
        if (home == null || home == cpu)
            return false;
        // Who has this lock knows that the thread has left its stack.
        _ = SpinLock.Acquire(&home->Lock, LockRank.RunQueue);
        bool waits = thread->State == ThreadState.Blocked && thread->DirectHome == home;
        if (waits)
        {
            thread->Home = cpu;
            thread->DirectHome = cpu;
        }

        ProcessorQueue.Release(home, 0);
        return waits;
    }

    /// <summary>
    /// Ends the wait of a thread, if it waits: as its deadline would, or as a cancellation at a kernel object. Called with interrupts off.
    /// </summary>
    public static void CutWaitShort(Thread* thread)
    {
        if (thread->Home == null)
            return;
        IpcWait.Cancel(thread);
        PageWait.Cancel(thread);
        PerCpu* home = ProcessorQueue.AcquireHome(thread);
        if (thread->State == ThreadState.Blocked && thread->WaitKind == WaitKind.None)
        {
            _ = home->Sleepers.Cancel(&thread->SleepNode);
            thread->TimedOut = 1;
            ProcessorQueue.Arrive(home, thread);
        }

        ProcessorQueue.Release(home, 0);
    }

    /// <summary>After wakes outside of interrupts: gives way to a thread that is to run before the current one.</summary>
    public static void Preempt(uint interrupts)
    {
        PerCpu* cpu = Processor.CurrentCpu();
        if (interrupts != 0 && cpu->RescheduleWanted != 0 && cpu->InterruptDepth == 0 && cpu->Current != cpu->Idle)
        {
            _ = ProcessorQueue.AcquireOwn(out _);
            ulong now = Clock.Monotonic();
            ProcessorQueue.Account(cpu, now);
            Thread* next = cpu->Current;
            if (ProcessorQueue.ShouldSwitch(cpu, next))
            {
                // Out of the queue before the current one goes in: of two that take turns, none goes farther than to its front.
                next = cpu->Ready.Take();
                ProcessorQueue.Requeue(cpu, cpu->Current);
            }

            Dispatcher.SwitchTo(cpu, next, now);
        }

        RestoreInterrupts(interrupts);
    }

    public static void SetName(Thread* thread, System.ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
            SetName(thread, text, name.Length);
    }

    public static void SetName(Thread* thread, byte* name, int length)
    {
        for (int i = 0; i < Thread.NameBytes - 1; i++)
            thread->Name[i] = i < length ? name[i] : (byte)0;
        Trace.ThreadName(thread, name, length);
    }

    /// <summary>The processor time that a thread has had, its present run included, in nanoseconds.</summary>
    public static ulong RunTime(Thread* thread)
    {
        ulong time = thread->RunNanoseconds;
        PerCpu* home = thread->Home;
        if (thread->State != ThreadState.Running || home == null)
            return time;
        ulong since = home->ChargedUntil;
        ulong now = Clock.Monotonic();
        return now > since ? time + (now - since) : time;
    }

    /// <summary>The higher of a thread's own priority and the lent one is in force. The processor's lock is held.</summary>
    private static void SetEffectivePriority(PerCpu* cpu, Thread* current)
    {
        current->RunNode.Priority = current->LentPriority > current->BasePriority ? current->LentPriority : current->BasePriority;
        // Real-time threads are not charged: one that was may not come back with the time of all others to catch up with.
        current->VirtualRuntime = SchedulingPolicy.Arrive(cpu->Ready.Floor, current);
    }

    /// <summary>
    /// Gives a new thread to a processor. It begins behind the one that made it: threads that each start the next and end would otherwise keep others
    /// waiting for ever, because each would come before all that have run. Interrupts are off.
    /// </summary>
    private static void Start(Thread* thread)
    {
        PerCpu* own = Processor.CurrentCpu();
        PerCpu* target = SchedulingPolicy.Place(own);
        SpinLock.AcquireQuietly(&own->Lock, LockRank.RunQueue);
        // What its creator has run in this turn counts, too.
        ProcessorQueue.Account(own, Clock.Monotonic());
        thread->Home = own;
        thread->VirtualRuntime = own->Current->VirtualRuntime - own->Current->Foreseen + StartDelay;
        if (target != own)
        {
            ProcessorQueue.Release(own, 0);
            SpinLock.AcquireQuietly(&target->Lock, LockRank.RunQueue);
        }

        thread->BasePriority = thread->RunNode.Priority;
        ProcessorQueue.Arrive(target, thread);
        ProcessorQueue.Release(target, 0);
    }

    private static void RestoreInterrupts(uint interrupts)
    {
        if (interrupts != 0)
            Processor.EnableInterrupts();
    }

    [RuntimeImport("*", "x64_thread_start_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong ThreadStart();
}
