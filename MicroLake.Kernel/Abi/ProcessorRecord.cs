namespace MicroLake.Abi;

/// <summary>A processor as top shows it.</summary>
public struct ProcessorRecord
{
    /// <summary>0 for the boot processor.</summary>
    public uint Index;

    /// <summary>Identifier of its local APIC.</summary>
    public uint ApicId;

    /// <summary>Time in the idle thread since it was started.</summary>
    public ulong IdleNanoseconds;

    /// <summary>Threads switched to.</summary>
    public ulong Switches;

    /// <summary>Threads taken over from other processors' queues.</summary>
    public ulong Steals;

    /// <summary>Interrupts taken.</summary>
    public ulong Interrupts;

    /// <summary>Threads that wait in its queue now.</summary>
    public ulong ReadyThreads;
}
