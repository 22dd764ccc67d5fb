using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Entropy;
using MicroLake.Nucleus.Hooks;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Time;

namespace MicroLake.Nucleus.Processes;

/// <summary>
/// The life of processes: making, threads, the end. A process ends as its threads do, each at the border to the kernel; its memory goes when
/// the one who made it gives it up (<see cref="Release"/>).
/// </summary>
internal static unsafe class ProcessLife
{
    private const ulong LowestAddress = 0x10000;

    /// <summary>The process's own reservations begin at an unforeseeable place from here on, within <see cref="RandomPages"/>.</summary>
    private const ulong ReservationsStart = 0x1000_0000_0000;
    private const ulong RandomPages = 1ul << 30;

    /// <summary>What a shell would give for SIGSEGV and SIGABRT.</summary>
    private const int FaultExitCode = 139;
    private const int PanicExitCode = 134;

    private const ulong StackFaultVector = 12;

    /// <summary>Of each thread of a process, without the guard.</summary>
    private const ulong KernelStackPages = 4;

    /// <summary>Makes a process without memory and threads.</summary>
    public static Status Create(ProcessLimits* limits, byte* name, int nameLength, out Process* process)
    {
        process = null;
        if (limits->HighestPriority is 0 or > Scheduler.MaxPriority || limits->Threads == 0 || limits->MemoryPages == 0
            || limits->Tenant >= HookScope.Tenants)
            return Status.InvalidArgument;
        if (sizeof(Process) + sizeof(AddressSpace) > (int)PageTable.PageBytes || !KeptFrames.TryAllocateZeroed(out ulong frame))
            return Status.OutOfMemory;
        process = (Process*)DirectMap.Pointer(frame);
        var space = (AddressSpace*)(process + 1);
        if (!KernelPageTable.TryCreateForProcess(out ulong root))
        {
            KeptFrames.Free(frame);
            return Status.OutOfMemory;
        }

        AddressSpace.Initialize(space, root, LowestAddress, PageTable.UserEnd, PageTable.User, limits->MemoryPages);
        process->Space = space;
        process->CreatedAt = Clock.Monotonic();
        process->ThreadLimit = limits->Threads;
        process->Handles.Initialize(limits->Handles);
        process->HighestPriority = (byte)limits->HighestPriority;
        process->Processor.Percent = limits->ProcessorPercent;
        process->Tenant = limits->Tenant;
        process->Program = limits->Program;
        process->Command = limits->Command;
        process->DeclaredNanoseconds = limits->DeclaredNanoseconds;
        uint interrupts = ThreadList.AcquireLock();
        process->Foresight = KnownRuns.OfLocked(process);
        ThreadList.ReleaseLock(interrupts);
        for (int i = 0; i < ProcessRecord.NameBytes - 1 && i < nameLength; i++)
            process->Name[i] = name[i];
        ulong random;
        _ = SystemRandom.Fill((byte*)&random, sizeof(ulong));
        ulong reservations = ReservationsStart + random % RandomPages * PageTable.PageBytes;
        Status status = AddressSpace.ReserveAt(
            space, LowestAddress, reservations - LowestAddress, Protection.None, AddressSpace.Barrier, false);
        if (status == Status.Ok && !ProcessTable.TryAdd(process))
            status = Status.LimitReached;
        if (status != Status.Ok)
            FreeMemory(process);
        else
            space->Owner = process->Id;
        return status;
    }

    /// <summary>
    /// A thread of the process that begins at <paramref name="entry"/> with an argument, on the stack [stackLow, stackHigh) of the process.
    /// </summary>
    public static Status StartThread(
        Process* process, ulong entry, ulong argument, ulong stackLow, ulong stackHigh, ulong fsBase, byte priority, out uint id)
    {
        id = 0;
        if (entry >= PageTable.UserEnd || stackHigh > PageTable.UserEnd || stackLow >= stackHigh || fsBase >= PageTable.UserEnd)
            return Status.InvalidArgument;
        Scheduler.Reap();
        Status status = TryAllocateThread(process, out Thread* thread, out KernelStack stack);
        if (status != Status.Ok)
            return status;

        id = thread->Id;
        thread->Root = process->Space->Root;
        thread->KernelStackTop = stack.High;
        thread->ReleaseStart = stack.Guard;
        thread->ReleaseLength = stack.High - stack.Guard;
        thread->StackLow = stackLow;
        thread->StackHigh = stackHigh;
        thread->FsBase = fsBase;
        thread->RunNode.Priority = priority < process->HighestPriority ? priority : process->HighestPriority;
        thread->SavedByTrap = 1;
        TrapFrame* frame = &thread->TrapFrame;
        frame->Rip = entry;
        frame->Rdi = argument;
        // As after a call: the stack pointer is 8 below a multiple of 16.
        frame->Rsp = (stackHigh & ~15ul) - 8;
        frame->Rflags = TrapFrame.InterruptsOn;
        frame->Cs = DescriptorTables.UserCode;
        frame->Ss = DescriptorTables.UserData;
        Scheduler.StartPrepared(thread);
        return Status.Ok;
    }

    private static Status TryAllocateThread(Process* process, out Thread* thread, out KernelStack stack)
    {
        thread = null;
        if (!KernelStack.TryAllocate(KernelStackPages * PageTable.PageBytes, out stack))
            return Status.OutOfMemory;
        Status status = ThreadList.TryAllocate(process, out thread);
        if (status != Status.Ok)
        {
            fixed (KernelStack* unused = &stack)
                KernelStack.Free(unused);
        }

        return status;
    }

    /// <summary>Begins the end of a process. The first reason stays; its threads end when they next leave the kernel, or at once where they wait.</summary>
    public static void RequestEnd(Process* process, ProcessEnd end, int code)
    {
        uint interrupts = ThreadList.AcquireLock();
        RequestEndLocked(process, end, code);
        ThreadList.ReleaseLock(interrupts);
    }

    /// <summary>The same for a caller that holds the list of threads.</summary>
    public static void RequestEndLocked(Process* process, ProcessEnd end, int code)
    {
        if (process->End != ProcessEnd.None)
            return;
        process->ExitCode = code;
        process->End = end;
        ThreadList.VisitLocked(&KillThread, process);
    }

    /// <summary>Begins the end of a process with last words, as far as there is room for them.</summary>
    public static void GiveUp(Process* process, byte* message, int length)
    {
        uint interrupts = ThreadList.AcquireLock();
        if (process->End == ProcessEnd.None)
        {
            process->MessageLength = 0;
            while (process->MessageLength < ProcessRecord.MessageBytes && process->MessageLength < length)
            {
                process->Message[process->MessageLength] = message[process->MessageLength];
                process->MessageLength++;
            }
        }

        RequestEndLocked(process, ProcessEnd.Panic, PanicExitCode);
        ThreadList.ReleaseLock(interrupts);
    }

    /// <summary>Ends the current thread, which belongs to a process and is on its kernel stack with nothing held.</summary>
    public static void EndThread()
    {
        Thread* thread = Processor.CurrentThread();
        Scheduler.Exit(thread->ReleaseStart, thread->ReleaseLength);
    }

    /// <summary>A fault that no handler took: keeps what is known of it and ends the process.</summary>
    public static void EndByFault(Thread* thread, TrapFrame* frame, ulong address)
    {
        Process* process = thread->Process;
        uint interrupts = ThreadList.AcquireLock();
        // Of threads that fault at once, the first is the one that is told of.
        if (process->End == ProcessEnd.None)
        {
            // The page below a thread's stack is its guard.
            bool isOverflow = address < thread->StackLow && thread->StackLow - address <= PageTable.PageBytes;
            process->FaultVector = isOverflow ? StackFaultVector : frame->Vector;
            process->FaultAddress = address;
            process->FaultError = frame->ErrorCode;
            process->FaultInstruction = frame->Rip;
            RecordFrames(process, frame->Rbp);
        }

        RequestEndLocked(process, ProcessEnd.Fault, FaultExitCode);
        ThreadList.ReleaseLock(interrupts);
    }

    /// <summary>Follows frame pointers in the process's memory, each a claim of the process.</summary>
    private static void RecordFrames(Process* process, ulong framePointer)
    {
        process->FrameCount = 0;
        ulong* pair = stackalloc ulong[2];
        while (process->FrameCount < ProcessRecord.MaxFrames
            && AddressSpace.TryCopy(process->Space, framePointer, (byte*)pair, 16, false, Protection.Read, out _))
        {
            process->Frames[process->FrameCount++] = pair[1];
            if (pair[0] <= framePointer)
                return;
            framePointer = pair[0];
        }
    }

    /// <summary>Waits until the process has ended. <see cref="Status.TimedOut"/>: the deadline (monotonic nanoseconds) came first.</summary>
    public static Status Wait(Process* process, ulong deadline)
    {
        while (System.Threading.Volatile.Read(ref process->HasEnded) == 0)
            if (AddressWait.Wait(&process->HasEnded, 0, deadline) == Status.TimedOut)
                return Status.TimedOut;
        return Status.Ok;
    }

    /// <summary>Gives up a process that has ended, or never had a thread: all of its memory is free again on return. Called once.</summary>
    public static void Release(Process* process)
    {
        // Whoever waits for the end of a process without threads learns here that there will be none.
        System.Threading.Volatile.Write(ref process->HasEnded, 1);
        _ = AddressWait.Wake(&process->HasEnded, int.MaxValue);
        while (System.Threading.Volatile.Read(ref process->UnreapedThreads) != 0 || System.Threading.Volatile.Read(ref process->Pins) != 0)
        {
            Scheduler.Reap();
            Scheduler.Yield();
        }

        FreeMemory(process);
    }

    private static void FreeMemory(Process* process)
    {
        ProcessHandles.CloseAll(process);
        HookModules.Release(process);
        AddressSpace* space = process->Space;
        ProcessorRequest.LeaveRoot(space->Root);
        PageTable.Destroy(space->Root);
        AddressSpace.Dismantle(space);
        KeptFrames.Free(DirectMap.Physical(process));
    }

    private static void KillThread(Thread* thread, void* context)
    {
        if (thread->Process != (Process*)context)
            return;
        ThreadWork.Want(thread, ThreadWork.Kill);
        Scheduler.CutWaitShort(thread);
    }
}
