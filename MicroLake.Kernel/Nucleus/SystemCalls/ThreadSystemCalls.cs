using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Signals;

namespace MicroLake.Nucleus.SystemCalls;

/// <summary>Threads, waiting and signals of a process.</summary>
internal static unsafe class ThreadSystemCalls
{
    public static void Register()
    {
        SystemCallTable.Set(KernelCallNumber.ThreadCreate, &Create);
        SystemCallTable.Set(KernelCallNumber.ThreadExit, &Exit);
        SystemCallTable.Set(KernelCallNumber.ThreadSelf, &Self);
        SystemCallTable.Set(KernelCallNumber.ThreadYield, &Yield);
        SystemCallTable.Set(KernelCallNumber.ThreadSetPointer, &SetPointer);
        SystemCallTable.Set(KernelCallNumber.ThreadStack, &Stack);
        SystemCallTable.Set(KernelCallNumber.ThreadSetName, &SetName);
        SystemCallTable.Set(KernelCallNumber.ThreadSignal, &Signal);
        SystemCallTable.Set(KernelCallNumber.ThreadSetPriority, &SetPriority);
        SystemCallTable.Set(KernelCallNumber.SignalSetHandler, &SetHandler);
        SystemCallTable.Set(KernelCallNumber.SignalReturn, &SignalReturn);
        SystemCallTable.Set(KernelCallNumber.WaitAddress, &WaitAddress);
        SystemCallTable.Set(KernelCallNumber.WakeAddress, &WakeAddress);
        SystemCallTable.Set(KernelCallNumber.SleepUntil, &SleepUntil);
    }

    /// <summary>(entry, argument, guard low, stack low, stack high, thread pointer): the thread's identifier, or 0.</summary>
    private static ulong Create(ulong entry, ulong argument, ulong guardLow, ulong stackLow, ulong stackHigh, ulong fsBase)
    {
        Thread* current = Processor.CurrentThread();
        Status status = ProcessLife.StartThread(
            current->Process, entry, argument, stackLow, stackHigh, fsBase, current->BasePriority, out uint id);
        return status == Status.Ok ? id : 0;
    }

    /// <summary>(start, length): ends the calling thread; the range, which its stack may lie in, is released.</summary>
    private static ulong Exit(ulong start, ulong length, ulong c, ulong d, ulong e, ulong f)
    {
        if (length != 0)
            _ = Memory.AddressSpace.KeepStack(Processor.CurrentThread()->Process->Space, start, length);
        ProcessLife.EndThread();
        return 0;
    }

    private static ulong Self(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f) => Processor.CurrentThread()->Id;

    private static ulong Yield(ulong a, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        Scheduler.Yield();
        return 0;
    }

    /// <summary>(FS base)</summary>
    private static ulong SetPointer(ulong fsBase, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        if (fsBase >= PageTable.UserEnd)
            return (ulong)Status.InvalidArgument;
        Processor.CurrentThread()->FsBase = fsBase;
        Processor.WriteMsr(0xc0000100, fsBase);
        return (ulong)Status.Ok;
    }

    /// <summary>(ulong* low, ulong* high): the stack that the calling thread was made with.</summary>
    private static ulong Stack(ulong low, ulong high, ulong c, ulong d, ulong e, ulong f)
    {
        Thread* thread = Processor.CurrentThread();
        return (ulong)(UserMemory.TryWrite(low, &thread->StackLow, 8) && UserMemory.TryWrite(high, &thread->StackHigh, 8)
            ? Status.Ok
            : Status.InvalidArgument);
    }

    /// <summary>(identifier, text, bytes)</summary>
    private static ulong SetName(ulong id, ulong text, ulong bytes, ulong d, ulong e, ulong f)
    {
        byte* name = stackalloc byte[Thread.NameBytes];
        if (bytes >= Thread.NameBytes)
            bytes = Thread.NameBytes - 1;
        if (!UserMemory.TryRead(name, text, bytes))
            return (ulong)Status.InvalidArgument;
        uint interrupts = ThreadList.AcquireLock();
        Thread* thread = FindOwn(id);
        if (thread != null)
            Scheduler.SetName(thread, name, (int)bytes);
        ThreadList.ReleaseLock(interrupts);
        return (ulong)(thread != null ? Status.Ok : Status.NotFound);
    }

    /// <summary>(identifier, signal)</summary>
    private static ulong Signal(ulong id, ulong signal, ulong c, ulong d, ulong e, ulong f)
    {
        if (signal is 0 or >= SignalDelivery.SignalCount)
            return (ulong)Status.InvalidArgument;
        uint interrupts = ThreadList.AcquireLock();
        Thread* thread = FindOwn(id);
        if (thread != null)
            SignalDelivery.Send(thread, (int)signal);
        ThreadList.ReleaseLock(interrupts);
        return (ulong)(thread != null ? Status.Ok : Status.NotFound);
    }

    /// <summary>(priority): of the calling thread, at most what the process may have.</summary>
    private static ulong SetPriority(ulong priority, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        if (priority is 0 or > Scheduler.MaxPriority)
            return (ulong)Status.InvalidArgument;
        if (priority > Processor.CurrentThread()->Process->HighestPriority)
            return (ulong)Status.NotPermitted;
        Scheduler.SetPriority((byte)priority);
        return (ulong)Status.Ok;
    }

    /// <summary>(signal, handler, where handlers return to): the handler before.</summary>
    private static ulong SetHandler(ulong signal, ulong handler, ulong returnTo, ulong d, ulong e, ulong f)
    {
        if (signal is 0 or >= SignalDelivery.SignalCount || handler >= PageTable.UserEnd || returnTo >= PageTable.UserEnd)
            return 0;
        Process* process = Processor.CurrentThread()->Process;
        process->SignalReturn = returnTo;
        return SignalDelivery.SetHandler(process, (int)signal, handler);
    }

    /// <summary>(signal frame): a process whose frame is not one cannot go on.</summary>
    private static ulong SignalReturn(ulong frame, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        if (SignalDelivery.TryReturn(frame))
            return 0;
        System.ReadOnlySpan<byte> reason = "a signal handler returned to a frame that is none"u8;
        fixed (byte* text = reason)
            ProcessLife.GiveUp(Processor.CurrentThread()->Process, text, reason.Length);
        return 0;
    }

    /// <summary>(int* address, expected, deadline)</summary>
    private static ulong WaitAddress(ulong address, ulong expected, ulong deadline, ulong d, ulong e, ulong f) =>
        (ulong)AddressWait.Wait(Processor.CurrentThread()->Process, address, (int)expected, deadline);

    /// <summary>(int* address, count): how many were woken.</summary>
    private static ulong WakeAddress(ulong address, ulong count, ulong c, ulong d, ulong e, ulong f) =>
        (ulong)AddressWait.Wake(Processor.CurrentThread()->Process, address, (int)count);

    private static ulong SleepUntil(ulong deadline, ulong b, ulong c, ulong d, ulong e, ulong f)
    {
        AddressWait.Sleep(deadline);
        return 0;
    }

    /// <summary>A thread of the caller's process. The list's lock is held.</summary>
    public static Thread* FindOwn(ulong id)
    {
        Thread* thread = id <= uint.MaxValue ? ThreadTable.Find((uint)id) : null;
        return thread != null && thread->Process == Processor.CurrentThread()->Process ? thread : null;
    }
}
