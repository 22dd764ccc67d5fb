using System.Runtime.InteropServices;
using MicroLake.Nucleus.Scheduling;

namespace MicroLake.Nucleus.Arch.X64;

/// <summary>State of one processor, reached through its GS base. traps.S knows the first five fields by offset.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PerCpu
{
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

    /// <summary>1 when the current thread should yield at the next safe place.</summary>
    public uint RescheduleWanted;

    public ulong InterruptCount;
    public ulong SwitchCount;
    public ulong IdleNanoseconds;
}
