using MicroLake.Abi;
using MicroLake.Nucleus.Features;
using MicroLake.Nucleus.Hooks;
using MicroLake.Nucleus.Memory;
using MicroLake.Nucleus.Objects;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Processes;

/// <summary>
/// What threads belong to: an address space, and the objects that it may reach. The kernel's own threads belong to
/// <see cref="Kernel"/>, which has the kernel's address space and no limits. One page frame.
/// </summary>
internal unsafe struct Process
{
    public const int SignalCount = 64;

    /// <summary>0 for the kernel; else a slot of <see cref="ProcessTable"/> with its generation.</summary>
    public uint Id;

    /// <summary>Threads that have not ended.</summary>
    public uint ThreadCount;

    /// <summary>Threads whose memory has not been given back.</summary>
    public uint UnreapedThreads;

    /// <summary>Kernel calls at work on the process, which keep it (<see cref="ProcessTable.Pin"/>).</summary>
    public uint Pins;

    /// <summary>Not 0 once the process's end has begun; the first reason stays.</summary>
    public ProcessEnd End;

    /// <summary>1 when the last thread has ended; whoever waits for the end waits on this word.</summary>
    public int HasEnded;
    public int ExitCode;

    public uint ThreadLimit;
    public byte HighestPriority;

    /// <summary>The processor time that its threads may have together.</summary>
    public ProcessorQuota Processor;

    /// <summary>Null for the kernel.</summary>
    public AddressSpace* Space;

    /// <summary>Where threads go when a signal handler returns.</summary>
    public ulong SignalReturn;

    /// <summary>Pages of memory objects that it made and that still are.</summary>
    public ulong ObjectPages;

    /// <summary>Monotonic nanoseconds.</summary>
    public ulong CreatedAt;

    /// <summary>Processor time of threads that have ended, in nanoseconds.</summary>
    public ulong EndedRunNanoseconds;

    public ulong FaultVector, FaultAddress, FaultError, FaultInstruction;
    public uint FrameCount;
    public uint MessageLength;
    public fixed ulong Frames[ProcessRecord.MaxFrames];
    public fixed ulong SignalHandlers[SignalCount];
    public fixed byte Name[ProcessRecord.NameBytes];
    public fixed byte Message[ProcessRecord.MessageBytes];

    /// <summary>The modules that decide for this process alone.</summary>
    public HookPlaces Hooks;

    /// <summary>The group that it belongs to, for which modules may decide; 0: none.</summary>
    public uint Tenant;

    /// <summary>What it runs, and what it was said to need (<see cref="ProcessLimits"/>).</summary>
    public ulong Program, Command, DeclaredNanoseconds;

    /// <summary>What was known of such processes when it began.</summary>
    public Foresight Foresight;

    /// <summary>The objects that the process may reach.</summary>
    public HandleTable Handles;

    private static Process s_kernel;

    public static Process* Kernel
    {
        get
        {
            // Static data of the image does not move.
            fixed (Process* kernel = &s_kernel)
                return kernel;
        }
    }

    public readonly bool IsKernel => Space == null;
}
