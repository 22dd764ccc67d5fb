using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Interrupts;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Signals;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>
/// What has to be done before a thread of a process goes back to the process's code: signals, or its end. Nothing is done to a thread inside
/// the kernel: what it holds there is let go of first.
/// </summary>
internal static unsafe class ThreadWork
{
    /// <summary>The thread is to end.</summary>
    public const uint Kill = 1;

    /// <summary>A signal waits.</summary>
    public const uint Signal = 2;


    /// <summary>What asm pushes before <c>nucleus_leave_call</c>, lowest address first (system_call.S).</summary>
    private struct LeaveFrame
    {
        public ulong Padding, Rbx, Rbp, R12, R13, R14, R15, Result, Number, Rflags, Rip, Rsp;
    }

    /// <summary>
    /// Asks for work; the thread finds it when it next leaves the kernel. A thread that runs elsewhere is interrupted for it. Interrupts are off.
    /// </summary>
    /// <remarks>
    /// Whether it runs is looked at under its processor's lock: whoever switches to it under the same lock looks for work after that. Without, a
    /// thread that is just being switched to could be missed by both, and a processor that nobody else wants takes no interrupts.
    /// </remarks>
    public static void Want(Thread* thread, uint work)
    {
        Interlocked.Or(ref thread->Work, work);
        if (thread->Home == null)
            return;
        PerCpu* home = ProcessorQueue.AcquireHome(thread);
        bool runsElsewhere = thread->State == ThreadState.Running && home != Processor.CurrentCpu();
        ProcessorQueue.Release(home, 0);
        if (runsElsewhere)
            LocalApic.SendInterrupt(home->ApicId, InterruptTable.RescheduleVector);
    }

    /// <summary>Does what waits for a thread that will go on with these registers. Interrupts are off.</summary>
    public static void Apply(Thread* thread, TrapFrame* frame)
    {
        if (thread->Work == 0 || (!thread->Process->IsKernel && !frame->IsFromProcess))
            return;
        if ((thread->Work & Kill) != 0)
            SendToEnd(thread, frame);
        else
            SignalDelivery.DeliverPending(thread, frame);
    }

    /// <summary>The thread goes on at its end, on its kernel stack, as if it had made a system call.</summary>
    public static void SendToEnd(Thread* thread, TrapFrame* frame)
    {
        frame->Rip = ThreadEnd();
        frame->Cs = DescriptorTables.KernelCode;
        frame->Ss = DescriptorTables.KernelData;
        frame->Rflags = TrapFrame.InterruptsOn;
        frame->Rsp = thread->KernelStackTop - 8;
    }

    /// <summary>The end of a system call that found work. Returns when the thread may go on as it is.</summary>
    [RuntimeExport("nucleus_leave_call")]
    private static void LeaveCall(LeaveFrame* leave)
    {
        Thread* thread = Processor.CurrentThread();
        if ((thread->Work & Kill) != 0)
            ProcessLife.EndThread();
        _ = SpinLock.DisableInterrupts();
        if (!SignalDelivery.HasDeliverable(thread))
        {
            SignalDelivery.SettleWork(thread);
            Processor.EnableInterrupts();
            return;
        }

        // From here the thread goes on like an interrupted one: a handler may change any register.
        TrapFrame* frame = &thread->TrapFrame;
        Memory.RawMemory.Clear(frame, (ulong)sizeof(TrapFrame));
        frame->Rbx = leave->Rbx;
        frame->Rbp = leave->Rbp;
        frame->R12 = leave->R12;
        frame->R13 = leave->R13;
        frame->R14 = leave->R14;
        frame->R15 = leave->R15;
        frame->Rax = leave->Result;
        frame->Rip = leave->Rip;
        frame->Rsp = leave->Rsp;
        frame->Rflags = leave->Rflags;
        frame->Cs = DescriptorTables.UserCode;
        frame->Ss = DescriptorTables.UserData;
        ExtendedState.ResetArea(Thread.Xsave(thread));
        Dispatcher.ResumeFromTrapFrame(thread);
    }

    [RuntimeExport("nucleus_thread_end")]
    private static void End() => ProcessLife.EndThread();

    [RuntimeImport("*", "x64_thread_end_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong ThreadEnd();
}
