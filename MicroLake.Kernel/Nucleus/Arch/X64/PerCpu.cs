using System.Runtime.InteropServices;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>State of one processor, reached through its GS base. traps.S knows the first five fields by offset.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PerCpu
{
    private const uint MsrGsBase = 0xc0000101;

    public PerCpu* Self;
    public Thread* Current;

    /// <summary>State components that XSAVE saves (0: the processor has only FXSAVE).</summary>
    public ulong XsaveMask;

    /// <summary>Lock word that the context switch releases once the old thread is saved.</summary>
    public uint* SwitchLock;

    /// <summary>1 where WRFSBASE may be used.</summary>
    public ulong HasFsGsBase;

    public uint Index;
    public uint ApicId;
    public Thread* Idle;

    /// <summary>Depth of interrupt handlers that run now: no page fault is legal above 0.</summary>
    public uint InterruptDepth;

    /// <summary>1 when the current thread should yield at the next safe place. Other processors set it, too.</summary>
    public uint RescheduleWanted;

    public ulong InterruptCount;
    public ulong SwitchCount;

    /// <summary>Threads that came here from another processor's queue.</summary>
    public ulong StealCount;

    /// <summary>Guards the queues below and the switch itself.</summary>
    public SpinLock Lock;

    /// <summary>1: other processors ask this one to do what <c>ProcessorRequest</c> says.</summary>
    public uint RequestWanted;

    /// <summary>1 while the processor waits in HLT: requests are kept for when it leaves.</summary>
    public uint IsHalted;

    /// <summary>1: address translations are to be dropped before anything but the idle loop runs.</summary>
    public uint FlushOnLeave;

    public ReadyQueue Ready;
    public KeyedHeap Sleepers;

    /// <summary>When the running thread's turn is over, in monotonic nanoseconds; the largest number while nobody waits for its end.</summary>
    public ulong QuantumEnd;

    /// <summary>When the one-shot timer interrupts; the largest number when it is off.</summary>
    public ulong TimerArmedFor;

    /// <summary>Threads that ended here and are off their stacks once the lock is free.</summary>
    public Thread* Dead;

    /// <summary>Debug builds: ranks of the spin locks that are held, one bit each.</summary>
    public ulong HeldLocks;

    /// <summary>From now on this processor finds the block behind GS.</summary>
    public static void MakeCurrent(PerCpu* cpu)
    {
        cpu->Self = cpu;
        Processor.WriteMsr(MsrGsBase, (ulong)cpu);
    }
}
