using System.Runtime;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Paging;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Signals;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Interrupts;

/// <summary>The C# side of every trap: interrupts to their handlers, page faults to the address space, faults to signals.</summary>
internal static unsafe class TrapDispatcher
{
    private const int DivideError = 0;
    private const int NonMaskable = 2;
    private const int Breakpoint = 3;
    private const int InvalidOpcode = 6;
    private const int DoubleFault = 8;
    private const int GeneralProtection = 13;
    private const int PageFault = 14;
    private const int X87Error = 16;
    private const int MachineCheck = 18;
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
        Thread* thread = cpu->Current;
        Trace.Fault(thread, frame, address);

        bool write = (frame->ErrorCode & FaultWrite) != 0;
        bool execute = (frame->ErrorCode & FaultInstruction) != 0;
        bool fromProcess = frame->IsFromProcess;
        ulong copyFailed = fromProcess ? 0 : UserMemory.FailureOf(frame->Rip);
        if (fromProcess || copyFailed != 0)
        {
            AddressSpace* space = thread->Process->Space;
            FaultResolution resolution = address < PageTable.UserEnd ? AddressSpace.Resolve(space, address, write, execute) : FaultResolution.None;
            if (resolution == FaultResolution.Present)
            {
                if (CommitCharge.IsShort && frame->HasInterruptsOn)
                    PageWait.WantRoom();
                return;
            }

            // Who has interrupts off may hold locks, and does not wait.
            bool waits = resolution == FaultResolution.Waits && frame->HasInterruptsOn
                && PageWait.TryBegin(thread, space->Owner, address & ~(PageTable.PageBytes - 1));
            if (waits || (fromProcess && resolution == FaultResolution.Waits))
                return;
            if (copyFailed != 0)
                frame->Rip = copyFailed;
            else if (!SignalDelivery.TryDeliverFault(thread, frame, SignalDelivery.SegmentationFault, address))
                ProcessLife.EndByFault(thread, frame, address);
            return;
        }

        if (KernelAddressSpace.TryResolve(address, write, execute))
            return;

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
        if (signal != 0)
            Trace.Fault(thread, frame, frame->Rip);
        if (signal != 0 && SignalDelivery.TryDeliverFault(thread, frame, signal, frame->Rip))
            return;
        if (frame->IsFromProcess && frame->Vector is not (NonMaskable or DoubleFault or MachineCheck))
            ProcessLife.EndByFault(thread, frame, frame->Rip);
        else
            Panic.Trap(frame, FaultNames.Of(frame->Vector), frame->ErrorCode);
    }
}
