namespace MicroLake.Abi;

/// <summary>What a process may use at most.</summary>
public struct ProcessLimits
{
    /// <summary>Pages of 4 KiB that it may be promised.</summary>
    public ulong MemoryPages;

    public uint Threads;
    public uint Handles;

    /// <summary>The highest priority that it may give its threads, 1 to 63; lower ones of the fair class are a smaller share of the processors.</summary>
    public uint HighestPriority;

    /// <summary>The share of processor time that its threads have together at most: percent of one processor, 0 for no limit.</summary>
    public uint ProcessorPercent;

    /// <summary>
    /// What runs in it, as numbers that tell programs apart, and programs with their arguments: the kernel learns by them how long processes run. 0: nothing
    /// is said.
    /// </summary>
    public ulong Program, Command;

    /// <summary>The processor time that it is said to need, which a module may believe; 0: nothing is said.</summary>
    public ulong DeclaredNanoseconds;

    /// <summary>The group of processes that it belongs to (<see cref="HookScope.OfTenant"/>); 0: none.</summary>
    public uint Tenant;
}
