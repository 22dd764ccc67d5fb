using System.Runtime;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Signals;

namespace MicroLake.Nucleus.Interrupts;

/// <summary>The C# side of every trap: interrupts to their handlers, page faults to the address space, faults to signals.</summary>
internal static unsafe class TrapDispatcher
{
    private const int DivideError = 0;
    private const int NonMaskable = 2;
    private const int Breakpoint = 3;
    private const int InvalidOpcode = 6;
    private const int GeneralProtection = 13;
    private const int PageFault = 14;
    private const int X87Error = 16;
    private const int SimdError = 19;
    private const int FirstInterrupt = 32;

    private const ulong FaultWrite = 1 << 1;
    private const ulong FaultInstruction = 1 << 4;

    /// <summary>Called by traps.S. Returns the thread to resume with the scheduler's lock held, or null to go on.</summary>
    [RuntimeExport("nucleus_trap")]
    private static Thread* Handle(TrapFrame* frame)
    {
        if (frame->Vector >= FirstInterrupt)
            InterruptTable.Handle((int)frame->Vector);
        else if (frame->Vector == PageFault)
            HandlePageFault(frame);
        else
            HandleFault(frame);
        return Dispatcher.AfterTrap(frame);
    }

    private static void HandlePageFault(TrapFrame* frame)
    {
        ulong address = Processor.ReadCr2();
        PerCpu* cpu = Processor.CurrentCpu();
        if (cpu->InterruptDepth != 0)
            Panic.Trap(frame, "page fault in an interrupt handler"u8, address);

        bool write = (frame->ErrorCode & FaultWrite) != 0;
        bool execute = (frame->ErrorCode & FaultInstruction) != 0;
        if (KernelAddressSpace.TryResolve(address, write, execute))
            return;

        Thread* thread = cpu->Current;
        if (address >= thread->GuardLow && address < thread->StackLow)
            Panic.Trap(frame, "stack overflow"u8, address);
        if (!SignalDelivery.TryDeliverFault(thread, frame, SignalDelivery.SegmentationFault, address))
            Panic.Trap(frame, "page fault"u8, address);
    }

    private static void HandleFault(TrapFrame* frame)
    {
        if (frame->Vector == NonMaskable && Panic.IsUnderWay)
            Processor.HaltForever();
        int signal = frame->Vector switch
        {
            DivideError or X87Error or SimdError => SignalDelivery.FloatingPointError,
            Breakpoint => SignalDelivery.BreakpointTrap,
            InvalidOpcode => SignalDelivery.IllegalInstruction,
            GeneralProtection => SignalDelivery.SegmentationFault,
            _ => 0,
        };
        Thread* thread = Processor.CurrentThread();
        if (signal == 0 || !SignalDelivery.TryDeliverFault(thread, frame, signal, frame->Rip))
            Panic.Trap(frame, FaultNames.Of(frame->Vector), frame->ErrorCode);
    }
}
