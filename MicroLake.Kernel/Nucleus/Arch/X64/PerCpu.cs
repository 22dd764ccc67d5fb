using System.Runtime.InteropServices;
using MicroLake.Abi;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Processes;
using MicroLake.Nucleus.Scheduling;
using MicroLake.Nucleus.Tracing;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>State of one processor, reached through its GS base. The assembly files know the fields up to <see cref="Ready"/> by offset.</summary>
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

    /// <summary>Where the kernel stack of the current thread begins, for its system calls.</summary>
    public ulong KernelStackTop;

    /// <summary>The stack pointer of a process while a system call is being entered.</summary>
    public ulong UserStackPointer;

    /// <summary>Physical address of the page tables in use. A kernel thread leaves those of the process before it in place.</summary>
    public ulong ActiveRoot;

    /// <summary>The process whose data the extended registers may hold.</summary>
    public Process* VectorOwner;

    /// <summary>The functions behind system calls, by number (<see cref="SystemCallTable"/>).</summary>
    public ulong* SystemCalls;

    /// <summary>1 where the processor keeps the kernel from touching user pages by mistake.</summary>
    public ulong HasSmap;

    /// <summary>This processor's block, which a thread's <see cref="Thread.DirectHome"/> is compared with, or what no thread has (<see cref="Ipc.DirectSwitch"/>).</summary>
    public PerCpu* DirectHome;

    public ulong SwitchCount;

    public ReadyQueue Ready;

    public uint Index;
    public uint ApicId;
    public Thread* Idle;

    /// <summary>Depth of interrupt handlers that run now: no page fault is legal above 0.</summary>
    public uint InterruptDepth;

    /// <summary>1 when the current thread should yield at the next safe place. Other processors set it, too.</summary>
    public uint RescheduleWanted;

    public ulong InterruptCount;

    /// <summary>Threads that came here from another processor's queue.</summary>
    public ulong StealCount;

    /// <summary>Guards the queues and the switch itself.</summary>
    public SpinLock Lock;

    /// <summary>1: other processors ask this one to do what <c>ProcessorRequest</c> says.</summary>
    public uint RequestWanted;

    /// <summary>1 while the processor waits in HLT: requests are kept for when it leaves.</summary>
    public uint IsHalted;

    /// <summary>1: address translations are to be dropped before anything but the idle loop runs.</summary>
    public uint FlushOnLeave;

    public KeyedHeap Sleepers;

    /// <summary>Up to when threads have been charged for the processor's time, in monotonic nanoseconds: the running one owes what came after.</summary>
    public ulong ChargedUntil;

    /// <summary>When the running thread's turn is over, in monotonic nanoseconds; the largest number while nobody waits for its end.</summary>
    public ulong QuantumEnd;

    /// <summary>When the one-shot timer interrupts; the largest number when it is off.</summary>
    public ulong TimerArmedFor;

    /// <summary>Threads that ended here and are off their stacks once the lock is free.</summary>
    public Thread* Dead;

    /// <summary>Events of this processor while a trace runs, and until the next one.</summary>
    public TraceRing Trace;

    /// <summary>The policy that decides now, and what from.</summary>
    public PolicyHead* Policy;
    public long* PolicyContext;

    /// <summary>State of the random numbers for policies; 0 before the first.</summary>
    public ulong PolicyRandom;

    /// <summary>What <see cref="HookedPolicy"/> places threads behind, on the scale of virtual runtime.</summary>
    public ulong PickFloor;

    /// <summary>Debug builds: ranks of the spin locks that are held, one bit each.</summary>
    public ulong HeldLocks;

    /// <summary>From now on this processor finds the block behind GS.</summary>
    public static void MakeCurrent(PerCpu* cpu)
    {
        cpu->Self = cpu;
        cpu->ActiveRoot = KernelPageTable.Root;
        cpu->VectorOwner = Process.Kernel;
        Processor.WriteMsr(MsrGsBase, (ulong)cpu);
    }
}
