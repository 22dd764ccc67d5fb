using System.Runtime.InteropServices;
using MicroLake.Policies.Execution;

namespace MicroLake.Policies.Jit;

/// <summary>What checked code needs while it runs; R12 holds its address. The compiler uses the offsets below; a test compares.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CheckedState
{
    public ulong StackPointer;
    public long Budget;
    public ulong StackLow;
    public ulong StackTop;
    public ulong RegionCount;
    public MemoryRegion* Regions;
    public ulong Fault;

    public const int StackPointerOffset = 0;
    public const int BudgetOffset = 8;
    public const int StackLowOffset = 16;
    public const int StackTopOffset = 24;
    public const int RegionCountOffset = 32;
    public const int RegionsOffset = 40;
    public const int FaultOffset = 48;

    /// <summary><see cref="Fault"/> while there is none. Else it is the instruction's index with a reason above it.</summary>
    public const ulong NoFault = ulong.MaxValue;

    public const uint ReasonMask = 0xF000_0000;
    public const uint ReasonRead = 0;
    public const uint ReasonBudget = 0x1000_0000;
    public const uint ReasonDepth = 0x2000_0000;

    /// <summary>The sign: the check of an access looks at it.</summary>
    public const uint ReasonWrite = 0x8000_0000;
}
