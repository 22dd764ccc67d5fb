namespace MicroLake.Abi;

/// <summary>A thread as ps shows it.</summary>
public unsafe struct ThreadRecord
{
    public const int NameBytes = 16;

    public uint Id;

    /// <summary>0 ready, 1 running, 2 blocked, 3 dead.</summary>
    public uint State;

    /// <summary>0 (idle) to 63.</summary>
    public uint Priority;
    public uint Processor;
    public ulong RunNanoseconds;

    /// <summary>When it was made, in nanoseconds since the boot.</summary>
    public ulong CreatedAt;
    public ulong Switches;

    /// <summary>UTF-8, ended by a zero byte.</summary>
    public fixed byte Name[NameBytes];
}
