using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Signals;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// Fixed priorities, round robin within one, preemption by a one-shot timer that is armed only while somebody
/// waits for it: the next sleeper, or the end of a quantum that another thread of the same priority waits for.
/// </summary>
internal static unsafe class Scheduler
{
    public const byte IdlePriority = 0;
    public const byte DefaultPriority = 32;
    public const byte MaxPriority = 63;

    private const ulong InterruptFlag = 1 << 9;
    private const ulong QuantumNanoseconds = 4_000_000;

    private static RunQueue s_ready;
    private static TimerQueue s_sleepers;
    private static SpinLock s_lock;
    private static Thread* s_all;
    private static Thread* s_dead;
    private static uint s_threadCount;
    private static ulong s_quantumEnd;

    public static uint ThreadCount => s_threadCount;

    public static ulong SwitchCount;

    public static uint* LockWord
    {
        get
        {
            fixed (SpinLock* spinLock = &s_lock)
                return &spinLock->Word;
        }
    }

    /// <summary>Makes the boot context the idle thread of this processor.</summary>
    public static bool Initialize(PerCpu* cpu)
    {
        fixed (RunQueue* ready = &s_ready)
            ready->Initialize();
        fixed (TimerQueue* sleepers = &s_sleepers)
            sleepers->Initialize();
        if (!TryAllocate(out Thread* idle))
            return false;
        ImageLayout.Addresses* image = ImageLayout.Get();
        idle->RunNode.Priority = IdlePriority;
        idle->State = ThreadState.Running;
        idle->StackLow = image->StackBottom;
        idle->StackHigh = image->StackTop;
        idle->GuardLow = image->StackGuard;
        SetName(idle, "idle"u8);
        cpu->Idle = idle;
        cpu->Current = idle;
        cpu->SwitchLock = LockWord;
        return true;
    }

    /// <summary>
    /// A new thread that calls <paramref name="entry"/> with <paramref name="argument"/> on the given stack. Null: no memory.
    /// </summary>
    public static Thread* Create(ulong entry, ulong argument, ulong guardLow, ulong stackLow, ulong stackHigh, ulong fsBase, byte priority)
    {
        Reap();
        if (!TryAllocate(out Thread* thread))
            return null;
        thread->RunNode.Priority = priority;
        thread->GuardLow = guardLow;
        thread->StackLow = stackLow;
        thread->StackHigh = stackHigh;
        thread->FsBase = fsBase;

        // What x64_switch pops: r15, r14, r13 (argument), r12 (entry), rbx, rbp, return address.
        var top = (ulong*)(stackHigh & ~15ul);
        if (!KernelAddressSpace.EnsurePresent((ulong)(top - 9), 72))
        {
            Discard(thread);
            return null;
        }

        // Two words above the return address keep the stack 16-byte aligned at the call in x64_thread_start.
        *--top = 0;
        *--top = 0;
        *--top = ThreadStart();
        *--top = 0;
        *--top = 0;
        *--top = entry;
        *--top = argument;
        *--top = 0;
        *--top = 0;
        thread->Rsp = (ulong)top;

        uint interrupts = AcquireLock();
        MakeReady(thread);
        ReleaseLock(interrupts);
        return thread;
    }

    /// <summary>Ends the current thread; the memory is released after it has left its stack.</summary>
    public static void Exit(ulong releaseStart, ulong releaseLength)
    {
        Thread* current = Processor.CurrentThread();
        _ = AcquireLock();
        current->ReleaseStart = releaseStart;
        current->ReleaseLength = releaseLength;
        current->State = ThreadState.Dead;
        Unlink(current);
        ThreadTable.Remove(current);
        s_threadCount--;
        current->WaitNext = s_dead;
        s_dead = current;
        SwitchToNext(current);
    }

    /// <summary>Frees threads that have ended. Runs in the idle thread and before a thread is created.</summary>
    public static void Reap()
    {
        while (true)
        {
            uint interrupts = AcquireLock();
            Thread* dead = s_dead;
            if (dead != null)
                s_dead = dead->WaitNext;
            ReleaseLock(interrupts);
            if (dead == null)
                return;
            if (dead->ReleaseLength != 0)
                _ = KernelAddressSpace.Release(dead->ReleaseStart, dead->ReleaseLength);
            PhysicalMemory.Free(DirectMap.Physical(dead));
        }
    }

    public static void Yield()
    {
        uint interrupts = AcquireLock();
        Thread* current = Processor.CurrentThread();
        if (!HasReadyAtLeast(current->RunNode.Priority))
        {
            ReleaseLock(interrupts);
            return;
        }

        MakeReady(current);
        SwitchToNext(current);
        RestoreInterrupts(interrupts);
    }

    /// <summary>
    /// Takes the current thread off the processor until <see cref="Wake"/> or the deadline (monotonic nanoseconds,
    /// <see cref="ulong.MaxValue"/>: none). Called with the lock held, as the second half of a wait; the lock is
    /// released on return. True: the deadline ended the wait.
    /// </summary>
    public static bool BlockLocked(ulong deadline, uint interrupts)
    {
        Thread* current = Processor.CurrentThread();
        current->State = ThreadState.Blocked;
        current->TimedOut = 0;
        if (deadline != ulong.MaxValue)
            fixed (TimerQueue* sleepers = &s_sleepers)
                _ = sleepers->Insert(&current->SleepNode, deadline);

        SwitchToNext(current);
        bool timedOut = current->TimedOut != 0;
        RestoreInterrupts(interrupts);
        return timedOut;
    }

    /// <summary>Makes a blocked thread ready. Called with the lock held.</summary>
    public static void WakeLocked(Thread* thread)
    {
        if (thread->SleepNode.IsQueued)
            fixed (TimerQueue* sleepers = &s_sleepers)
                _ = sleepers->Cancel(&thread->SleepNode);

        MakeReady(thread);
    }

    /// <summary>After a wake outside of interrupts: gives way to a thread of higher priority. Releases the lock.</summary>
    public static void ReleaseAndPreempt(uint interrupts)
    {
        PerCpu* cpu = Processor.CurrentCpu();
        Thread* current = cpu->Current;
        if (interrupts != 0 && cpu->RescheduleWanted != 0 && cpu->InterruptDepth == 0 && current != cpu->Idle)
        {
            MakeReady(current);
            SwitchToNext(current);
            RestoreInterrupts(interrupts);
            return;
        }

        ReleaseLock(interrupts);
    }

    /// <summary>Sleepers whose time has come become ready; an expired quantum asks for a switch. Interrupt context.</summary>
    public static void OnTimer()
    {
        uint interrupts = AcquireLock();
        ulong now = Clock.Monotonic();
        ExpireSleepers(now);
        if (now >= s_quantumEnd && HasReadyAtLeast(Processor.CurrentThread()->RunNode.Priority))
            Processor.CurrentCpu()->RescheduleWanted = 1;
        ArmTimer(now);
        ReleaseLock(interrupts);
    }

    /// <summary>
    /// The end of every trap: which thread goes on. Null: the interrupted one. Otherwise that thread, with the lock
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
            SignalDelivery.DeliverPending(current, frame);
            return null;
        }

        uint interrupts = AcquireLock();
        cpu->RescheduleWanted = 0;
        Thread* next = PeekNext();
        if (next == null || (current != cpu->Idle && next->RunNode.Priority < current->RunNode.Priority))
        {
            ReleaseLock(interrupts);
            SignalDelivery.DeliverPending(current, frame);
            return null;
        }

        RawMemory.CopyQuads(&current->TrapFrame, frame, (ulong)sizeof(TrapFrame));
        current->SavedByTrap = 1;
        if (current != cpu->Idle)
            MakeReady(current);
        else
            current->State = ThreadState.Ready;
        return TakeNext(current);
    }

    /// <summary>Leaves the current context for what the thread's trap frame says (return from a signal handler).</summary>
    public static void ResumeFromTrapFrame(Thread* current)
    {
        _ = AcquireLock();
        current->SavedByTrap = 1;
        SignalDelivery.DeliverPending(current, &current->TrapFrame);
        Processor.Resume(current);
    }

    /// <summary>The idle thread's life: free the dead, then wait for an interrupt.</summary>
    public static void IdleLoop()
    {
        while (true)
        {
            Reap();
            _ = AcquireLock();
            if (PeekNext() != null)
            {
                Processor.CurrentThread()->State = ThreadState.Ready;
                SwitchToNext(Processor.CurrentThread());
                Processor.EnableInterrupts();
                continue;
            }

            ReleaseLock(0);
            ulong before = Clock.Monotonic();
            Processor.EnableInterruptsAndHalt();
            Processor.CurrentCpu()->IdleNanoseconds += Clock.Monotonic() - before;
        }
    }

    public static uint AcquireLock()
    {
        fixed (SpinLock* spinLock = &s_lock)
            return SpinLock.Acquire(spinLock);
    }

    public static void ReleaseLock(uint interrupts)
    {
        fixed (SpinLock* spinLock = &s_lock)
            SpinLock.Release(spinLock, interrupts);
    }

    /// <summary>Calls the visitor for every thread, with the lock held.</summary>
    public static void VisitLocked(delegate*<Thread*, void*, void> visitor, void* context)
    {
        for (Thread* thread = s_all; thread != null; thread = thread->AllNext)
            visitor(thread, context);
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
    }

    /// <summary>The processor time that a thread has had, its present run included.</summary>
    public static ulong RunTime(Thread* thread)
    {
        ulong time = thread->RunNanoseconds;
        return thread->State == ThreadState.Running ? time + Clock.Monotonic() - thread->SwitchedInAt : time;
    }

    private static bool TryAllocate(out Thread* thread)
    {
        thread = null;
        if (sizeof(Thread) > Thread.XsaveOffset || !PhysicalMemory.TryAllocateZeroed(out ulong frame))
            return false;
        thread = (Thread*)DirectMap.Pointer(frame);
        ExtendedState.InitializeArea(Thread.Xsave(thread));
        uint interrupts = AcquireLock();
        bool added = ThreadTable.TryAdd(thread);
        if (added)
        {
            thread->AllNext = s_all;
            if (s_all != null)
                s_all->AllPrevious = thread;
            s_all = thread;
            s_threadCount++;
        }

        ReleaseLock(interrupts);
        if (!added)
            PhysicalMemory.Free(frame);
        return added;
    }

    private static void Discard(Thread* thread)
    {
        uint interrupts = AcquireLock();
        Unlink(thread);
        ThreadTable.Remove(thread);
        s_threadCount--;
        ReleaseLock(interrupts);
        PhysicalMemory.Free(DirectMap.Physical(thread));
    }

    private static void Unlink(Thread* thread)
    {
        if (thread->AllPrevious != null)
            thread->AllPrevious->AllNext = thread->AllNext;
        else
            s_all = thread->AllNext;
        if (thread->AllNext != null)
            thread->AllNext->AllPrevious = thread->AllPrevious;
    }

    private static void MakeReady(Thread* thread)
    {
        PerCpu* cpu = Processor.CurrentCpu();
        thread->State = ThreadState.Ready;
        fixed (RunQueue* ready = &s_ready)
            _ = ready->Enqueue(&thread->RunNode);
        Thread* current = cpu->Current;
        if (current == thread)
            return;
        if (current == cpu->Idle || thread->RunNode.Priority > current->RunNode.Priority)
            cpu->RescheduleWanted = 1;
        else if (thread->RunNode.Priority == current->RunNode.Priority && s_quantumEnd == ulong.MaxValue)
            StartQuantum(Clock.Monotonic());
    }

    private static bool HasReadyAtLeast(byte priority)
    {
        Thread* next = PeekNext();
        return next != null && next->RunNode.Priority >= priority;
    }

    private static Thread* PeekNext()
    {
        fixed (RunQueue* ready = &s_ready)
        {
            RunQueueNode* node = ready->Peek();
            return node != null ? Thread.FromRunNode(node) : null;
        }
    }

    private static void SwitchToNext(Thread* current)
    {
        Processor.CurrentCpu()->RescheduleWanted = 0;
        Thread* next = TakeNext(current);
        if (next == current)
        {
            fixed (SpinLock* spinLock = &s_lock)
                System.Threading.Volatile.Write(ref spinLock->Word, 0);
            return;
        }

        Processor.Switch(current, next);
    }

    private static Thread* TakeNext(Thread* current)
    {
        PerCpu* cpu = Processor.CurrentCpu();
        Thread* next = PeekNext();
        if (next != null)
        {
            fixed (RunQueue* ready = &s_ready)
                _ = ready->Dequeue(&next->RunNode);
        }
        else
        {
            next = cpu->Idle;
        }

        ulong now = Clock.Monotonic();
        current->RunNanoseconds += now - current->SwitchedInAt;
        next->SwitchedInAt = now;
        next->State = ThreadState.Running;
        next->Switches++;
        SwitchCount++;
        s_quantumEnd = ulong.MaxValue;
        if (HasReadyAtLeast(next->RunNode.Priority))
            StartQuantum(now);
        else
            ArmTimer(now);
        if (next->SavedByTrap != 0 && next != current)
            SignalDelivery.DeliverPending(next, &next->TrapFrame);
        return next;
    }

    private static void StartQuantum(ulong now)
    {
        s_quantumEnd = now + QuantumNanoseconds;
        ArmTimer(now);
    }

    private static void ExpireSleepers(ulong now)
    {
        fixed (TimerQueue* sleepers = &s_sleepers)
        {
            TimerNode* node;
            while ((node = sleepers->TakeExpired(now)) != null)
            {
                Thread* thread = Thread.FromSleepNode(node);
                thread->TimedOut = 1;
                AddressWait.RemoveLocked(thread);
                MakeReady(thread);
            }
        }
    }

    private static void ArmTimer(ulong now)
    {
        ulong deadline = s_quantumEnd;
        fixed (TimerQueue* sleepers = &s_sleepers)
            if (sleepers->NextDeadline < deadline)
                deadline = sleepers->NextDeadline;
        OneShotTimer.Arm(now, deadline);
    }

    private static void RestoreInterrupts(uint interrupts)
    {
        if (interrupts != 0)
            Processor.EnableInterrupts();
    }

    [System.Runtime.RuntimeImport("*", "x64_thread_start_address")]
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.InternalCall)]
    private static extern ulong ThreadStart();
}
