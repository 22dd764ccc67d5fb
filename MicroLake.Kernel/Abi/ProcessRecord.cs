namespace MicroLake.Abi;

/// <summary>A process as its starter and ps see it.</summary>
public unsafe struct ProcessRecord
{
    public const int NameBytes = 32;
    public const int MaxFrames = 32;
    public const int MessageBytes = 1024;

    public uint Id;
    public ProcessEnd End;
    public int ExitCode;
    public uint Threads;

    /// <summary>Pages of 4 KiB that it was promised, and the most it may be.</summary>
    public ulong ChargedPages, ChargeLimitPages;

    /// <summary>Pages of its private memory that are in page frames, and on the swap disk.</summary>
    public ulong ResidentPages, SwappedPages;
    public ulong PageFaults;

    /// <summary>Handles that it has.</summary>
    public uint Handles;

    /// <summary>Its most processor time, in percent of one processor; 0: no limit.</summary>
    public uint ProcessorPercent;

    /// <summary>Processor time of its threads, those that ended included.</summary>
    public ulong RunNanoseconds;

    /// <summary>When it was made, in monotonic nanoseconds.</summary>
    public ulong CreatedAt;

    /// <summary>Of a fault: the processor's vector, the address that was touched, the error code, the instruction.</summary>
    public ulong FaultVector, FaultAddress, FaultError, FaultInstruction;

    /// <summary>Return addresses on the stack at the fault or panic, innermost first.</summary>
    public uint FrameCount;
    public uint MessageLength;
    public fixed ulong Frames[MaxFrames];

    /// <summary>UTF-8, ended by a zero byte.</summary>
    public fixed byte Name[NameBytes];

    /// <summary>Last words of a process that panicked; UTF-8, not ended.</summary>
    public fixed byte Message[MessageBytes];
}
