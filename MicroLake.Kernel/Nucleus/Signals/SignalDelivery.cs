using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Paging;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using Thread = MicroLake.Nucleus.Scheduling.Thread;

namespace MicroLake.Nucleus.Signals;

/// <summary>
/// Signals to threads, as far as the runtime needs them: activation for a collection (pthread_kill) and hardware
/// faults (SIGSEGV, SIGFPE). A thread that gave the processor up by itself gets its signals when it is next interrupted in
/// its own code.
/// </summary>
internal static unsafe class SignalDelivery
{
    public const int SignalCount = Process.SignalCount;
    public const int SegmentationFault = 11;
    public const int FloatingPointError = 8;
    public const int IllegalInstruction = 4;
    public const int BreakpointTrap = 5;

    private const int RedZoneBytes = 128;
    private const int CodeThreadKill = -6;
    private const int CodeMapError = 1;
    private const int CodeIntegerDivide = 1;
    private const ulong InterruptFlag = 1 << 9;
    private const ulong DirectionFlag = 1 << 10;
    private const ulong TrapFlag = 1 << 8;

    /// <summary>CF, PF, AF, ZF, SF, DF, OF: what a process may set.</summary>
    private const ulong ArithmeticFlags = 0xcd5;

    /// <summary>Sets the handler of a signal for all threads of a process; 0 restores the default. Returns the one before.</summary>
    public static ulong SetHandler(Process* process, int signal, ulong handler)
    {
        ulong previous = process->SignalHandlers[signal];
        process->SignalHandlers[signal] = handler;
        return previous;
    }

    /// <summary>
    /// Marks a signal for the thread; it is delivered when that thread next leaves a trap. One that runs on another processor is
    /// interrupted for it. The caller holds the list of threads.
    /// </summary>
    public static void Send(Thread* thread, int signal)
    {
        Interlocked.Or(ref thread->PendingSignals, 1ul << signal);
        ThreadWork.Want(thread, ThreadWork.Signal);
    }

    public static bool HasDeliverable(Thread* thread) => (thread->PendingSignals & ~thread->BlockedSignals) != 0;

    /// <summary>
    /// <see cref="ThreadWork.Signal"/> of the current or a resumed thread stays only while a signal can be delivered: one that waits behind its
    /// own handler is asked for again when the handler returns.
    /// </summary>
    public static void SettleWork(Thread* thread)
    {
        Interlocked.And(ref thread->Work, ~ThreadWork.Signal);
        // In this order: a sender marks the signal first.
        if (HasDeliverable(thread))
            Interlocked.Or(ref thread->Work, ThreadWork.Signal);
    }

    /// <summary>
    /// Delivers one pending signal into the frame that the thread will resume with. Nothing happens while the thread
    /// is in nucleus or platform code: the sender asks again (the runtime repeats an activation that found no safe place).
    /// </summary>
    public static void DeliverPending(Thread* thread, TrapFrame* frame)
    {
        ulong deliverable = thread->PendingSignals & ~thread->BlockedSignals;
        int signal = System.Numerics.BitOperations.TrailingZeroCount(deliverable);
        if (deliverable != 0)
            Interlocked.And(ref thread->PendingSignals, ~(1ul << signal));
        SettleWork(thread);
        if (deliverable != 0 && (!thread->Process->IsKernel || !KernelSymbols.IsNucleus(frame->Rip)))
            _ = TryEnterHandler(thread, frame, signal, CodeThreadKill, SenderProcess, out _);
    }

    /// <summary>
    /// Turns a hardware fault into a signal on the faulting thread. False: nobody handles it. Where the thread's stack has to be brought from the swap disk first, the thread waits
    /// for it, and faults again.
    /// </summary>
    public static bool TryDeliverFault(Thread* thread, TrapFrame* frame, int signal, ulong address)
    {
        if ((thread->Process->IsKernel && KernelSymbols.IsNucleus(frame->Rip)) || (thread->BlockedSignals & (1ul << signal)) != 0)
            return false;
        int code = signal == FloatingPointError ? CodeIntegerDivide : CodeMapError;
        if (TryEnterHandler(thread, frame, signal, code, address, out ulong missing))
            return true;
        if (missing == 0)
            return false;
        _ = PageWait.TryBegin(thread, thread->Process->Space->Owner, missing);
        return true;
    }

    [RuntimeExport("nucleus_signal_return")]
    private static void Return(SignalFrame* signalFrame)
    {
        TrapFrame* frame = &Processor.CurrentThread()->TrapFrame;
        _ = SpinLock.DisableInterrupts();
        frame->Rflags = signalFrame->Context.Rflags | InterruptFlag;
        frame->Cs = DescriptorTables.KernelCode;
        frame->Ss = DescriptorTables.KernelData;
        Resume(signalFrame, (byte*)signalFrame->Context.FloatingPointState);
    }

    /// <summary>
    /// The same for a process, whose frame is a claim like any other: false when it cannot be read or leads out of the process. On success it
    /// does not return.
    /// </summary>
    public static bool TryReturn(ulong signalFrame)
    {
        SignalFrame copy;
        ExtendedCopy extended;
        if (!UserMemory.TryRead(&copy, signalFrame, (ulong)sizeof(SignalFrame))
            || !UserMemory.TryRead(extended.Bytes, copy.Context.FloatingPointState, (ulong)ExtendedState.AreaBytes)
            || copy.Context.Rip >= PageTable.UserEnd)
            return false;
        ExtendedState.Sanitize(extended.Bytes);
        TrapFrame* frame = &Processor.CurrentThread()->TrapFrame;
        _ = SpinLock.DisableInterrupts();
        frame->Rflags = (copy.Context.Rflags & ArithmeticFlags) | InterruptFlag;
        frame->Cs = DescriptorTables.UserCode;
        frame->Ss = DescriptorTables.UserData;
        Resume(&copy, extended.Bytes);
        return true;
    }

    private struct ExtendedCopy
    {
        public fixed byte Bytes[Thread.XsaveBytes];
    }

    /// <summary>The current thread goes on with these registers; flags and segments are set already. Interrupts are off.</summary>
    private static void Resume(SignalFrame* signalFrame, byte* extended)
    {
        Thread* thread = Processor.CurrentThread();
        RawMemory.CopyQuads(Thread.Xsave(thread), extended, (ulong)ExtendedState.AreaBytes);
        TrapFrame* frame = &thread->TrapFrame;
        SignalFrame.UserContext* context = &signalFrame->Context;
        frame->R8 = context->R8;
        frame->R9 = context->R9;
        frame->R10 = context->R10;
        frame->R11 = context->R11;
        frame->R12 = context->R12;
        frame->R13 = context->R13;
        frame->R14 = context->R14;
        frame->R15 = context->R15;
        frame->Rdi = context->Rdi;
        frame->Rsi = context->Rsi;
        frame->Rbp = context->Rbp;
        frame->Rbx = context->Rbx;
        frame->Rdx = context->Rdx;
        frame->Rax = context->Rax;
        frame->Rcx = context->Rcx;
        frame->Rsp = context->Rsp;
        frame->Rip = context->Rip;
        thread->BlockedSignals = signalFrame->SavedBlockedSignals;
        SettleWork(thread);
        Dispatcher.ResumeFromTrapFrame(thread);
    }

    private const ulong SenderProcess = 1;

    private static bool TryEnterHandler(Thread* thread, TrapFrame* frame, int signal, int code, ulong addressOrSender, out ulong missing)
    {
        missing = 0;
        ulong handler = thread->Process->SignalHandlers[signal];
        if (handler <= 1)
            return false;

        ulong extended = (frame->Rsp - RedZoneBytes - (ulong)ExtendedState.AreaBytes) & ~63ul;
        ulong at = (extended - (ulong)sizeof(SignalFrame)) & ~15ul;
        SignalFrame signalFrame;
        RawMemory.Clear(&signalFrame, (ulong)sizeof(SignalFrame));
        signalFrame.Information.Signal = signal;
        signalFrame.Information.Code = code;
        signalFrame.Information.AddressOrSender = addressOrSender;
        signalFrame.SavedBlockedSignals = thread->BlockedSignals;
        Fill(&signalFrame.Context, frame, addressOrSender);
        signalFrame.Context.FloatingPointState = extended;
        signalFrame.Context.OldMask = thread->BlockedSignals;
        if (!TryPush(thread, frame, &signalFrame, at, extended, out missing))
            return false;

        thread->BlockedSignals |= 1ul << signal;
        frame->Rsp = at - 8;
        frame->Rip = handler;
        frame->Rdi = (ulong)signal;
        frame->Rsi = at;
        frame->Rdx = at + (ulong)((byte*)&signalFrame.Context - (byte*)&signalFrame);
        frame->Rflags = (frame->Rflags | InterruptFlag) & ~(DirectionFlag | TrapFlag);
        return true;
    }

    /// <summary>
    /// Puts return address, frame and extended state below the interrupted stack pointer. False: they do not fit there, or a page of a process's stack is missing.
    /// </summary>
    private static bool TryPush(Thread* thread, TrapFrame* frame, SignalFrame* signalFrame, ulong at, ulong extended, out ulong missing)
    {
        missing = 0;
        ulong returnAddress = thread->Process->IsKernel ? SignalReturn() : thread->Process->SignalReturn;
        var area = (ulong)ExtendedState.AreaBytes;
        if (!thread->Process->IsKernel)
        {
            // No page fault may happen here, so the process's pages are written by way of the kernel's mapping of them.
            AddressSpace* space = thread->Process->Space;
            return AddressSpace.TryCopy(space, extended, Thread.Xsave(thread), area, true, Protection.Write, out missing)
                && AddressSpace.TryCopy(space, at, (byte*)signalFrame, (ulong)sizeof(SignalFrame), true, Protection.Write, out missing)
                && AddressSpace.TryCopy(space, at - 8, (byte*)&returnAddress, 8, true, Protection.Write, out missing);
        }

        bool onOwnStack = thread->StackLow == 0 || (at - 8 >= thread->StackLow && frame->Rsp <= thread->StackHigh);
        if (!onOwnStack || !KernelAddressSpace.EnsurePresent(at - 8, frame->Rsp - at + 8))
            return false;
        RawMemory.CopyQuads((void*)extended, Thread.Xsave(thread), area);
        RawMemory.CopyQuads((void*)at, signalFrame, (ulong)sizeof(SignalFrame));
        *(ulong*)(at - 8) = returnAddress;
        return true;
    }

    private static void Fill(SignalFrame.UserContext* context, TrapFrame* frame, ulong address)
    {
        context->R8 = frame->R8;
        context->R9 = frame->R9;
        context->R10 = frame->R10;
        context->R11 = frame->R11;
        context->R12 = frame->R12;
        context->R13 = frame->R13;
        context->R14 = frame->R14;
        context->R15 = frame->R15;
        context->Rdi = frame->Rdi;
        context->Rsi = frame->Rsi;
        context->Rbp = frame->Rbp;
        context->Rbx = frame->Rbx;
        context->Rdx = frame->Rdx;
        context->Rax = frame->Rax;
        context->Rcx = frame->Rcx;
        context->Rsp = frame->Rsp;
        context->Rip = frame->Rip;
        context->Rflags = frame->Rflags;
        context->SegmentSelectors = frame->Cs | (frame->Ss << 48);
        context->ErrorCode = frame->ErrorCode;
        context->Vector = frame->Vector;
        context->Cr2 = address;
    }

    [RuntimeImport("*", "x64_signal_return_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong SignalReturn();
}
