using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Signals;

/// <summary>
/// Signals to threads, as far as the runtime needs them: activation for a collection (pthread_kill) and hardware
/// faults (SIGSEGV, SIGFPE). A thread that gave the processor up by itself gets its signals when it is next interrupted in
/// its own code.
/// </summary>
internal static unsafe class SignalDelivery
{
    public const int SignalCount = 64;
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

    private struct HandlerArray
    {
        public fixed ulong Handlers[SignalCount];
    }

    private static HandlerArray s_handlers;

    /// <summary>Sets the handler of a signal for all threads; 0 restores the default. Returns the one before.</summary>
    public static ulong SetHandler(int signal, ulong handler)
    {
        fixed (HandlerArray* handlers = &s_handlers)
        {
            ulong previous = handlers->Handlers[signal];
            handlers->Handlers[signal] = handler;
            return previous;
        }
    }

    /// <summary>
    /// Marks a signal for the thread; it is delivered when that thread next leaves a trap. One that runs on another processor is
    /// interrupted for it. The caller holds the list of threads.
    /// </summary>
    public static void Send(Thread* thread, int signal)
    {
        System.Threading.Interlocked.Or(ref thread->PendingSignals, 1ul << signal);
        PerCpu* home = thread->Home;
        if (thread->State == ThreadState.Running && home != Processor.CurrentCpu())
            LocalApic.SendInterrupt(home->ApicId, InterruptTable.RescheduleVector);
    }

    /// <summary>
    /// Delivers one pending signal into the frame that the thread will resume with. Nothing happens while the thread
    /// is in nucleus or platform code: the sender asks again (the runtime repeats an activation that found no safe place).
    /// </summary>
    public static void DeliverPending(Thread* thread, TrapFrame* frame)
    {
        ulong deliverable = thread->PendingSignals & ~thread->BlockedSignals;
        if (deliverable == 0)
            return;
        int signal = System.Numerics.BitOperations.TrailingZeroCount(deliverable);
        System.Threading.Interlocked.And(ref thread->PendingSignals, ~(1ul << signal));
        if (!KernelSymbols.IsNucleus(frame->Rip))
            _ = TryEnterHandler(thread, frame, signal, CodeThreadKill, SenderProcess);
    }

    /// <summary>Turns a hardware fault into a signal on the faulting thread. False: nobody handles it.</summary>
    public static bool TryDeliverFault(Thread* thread, TrapFrame* frame, int signal, ulong address)
    {
        if (KernelSymbols.IsNucleus(frame->Rip) || (thread->BlockedSignals & (1ul << signal)) != 0)
            return false;
        int code = signal == FloatingPointError ? CodeIntegerDivide : CodeMapError;
        return TryEnterHandler(thread, frame, signal, code, address);
    }

    [RuntimeExport("nucleus_signal_return")]
    private static void Return(SignalFrame* signalFrame)
    {
        _ = SpinLock.DisableInterrupts();
        Thread* thread = Processor.CurrentThread();
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
        frame->Rflags = context->Rflags | InterruptFlag;
        frame->Cs = DescriptorTables.KernelCode;
        frame->Ss = DescriptorTables.KernelData;
        RawMemory.CopyQuads(Thread.Xsave(thread), (void*)context->FloatingPointState, (ulong)ExtendedState.AreaBytes);
        thread->BlockedSignals = signalFrame->SavedBlockedSignals;
        Dispatcher.ResumeFromTrapFrame(thread);
    }

    private const ulong SenderProcess = 1;

    private static bool TryEnterHandler(Thread* thread, TrapFrame* frame, int signal, int code, ulong addressOrSender)
    {
        ulong handler;
        fixed (HandlerArray* handlers = &s_handlers)
            handler = handlers->Handlers[signal];
        if (handler <= 1)
            return false;

        ulong extended = (frame->Rsp - RedZoneBytes - (ulong)ExtendedState.AreaBytes) & ~63ul;
        ulong at = (extended - (ulong)sizeof(SignalFrame)) & ~15ul;
        ulong returnSlot = at - 8;
        bool onOwnStack = thread->StackLow == 0 || (returnSlot >= thread->StackLow && frame->Rsp <= thread->StackHigh);
        if (!onOwnStack || !KernelAddressSpace.EnsurePresent(returnSlot, frame->Rsp - returnSlot))
            return false;

        RawMemory.CopyQuads((void*)extended, Thread.Xsave(thread), (ulong)ExtendedState.AreaBytes);
        var signalFrame = (SignalFrame*)at;
        RawMemory.Clear(signalFrame, (ulong)sizeof(SignalFrame));
        signalFrame->Information.Signal = signal;
        signalFrame->Information.Code = code;
        signalFrame->Information.AddressOrSender = addressOrSender;
        signalFrame->SavedBlockedSignals = thread->BlockedSignals;
        Fill(&signalFrame->Context, frame, addressOrSender);
        signalFrame->Context.FloatingPointState = extended;
        signalFrame->Context.OldMask = thread->BlockedSignals;
        thread->BlockedSignals |= 1ul << signal;

        *(ulong*)returnSlot = SignalReturn();
        frame->Rsp = returnSlot;
        frame->Rip = handler;
        frame->Rdi = (ulong)signal;
        frame->Rsi = (ulong)&signalFrame->Information;
        frame->Rdx = (ulong)&signalFrame->Context;
        frame->Rflags = (frame->Rflags | InterruptFlag) & ~(DirectionFlag | TrapFlag);
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
