namespace MicroLake.Abi;

/// <summary>Kernel objects and handles that exist.</summary>
public struct ObjectStatistics
{
    /// <summary>Handles of the calling process.</summary>
    public uint Handles;

    /// <summary>The most handles that the calling process may have.</summary>
    public uint HandleLimit;

    /// <summary>Objects in the system that come from the kernel's object memory: endpoints, notifications.</summary>
    public uint Objects;

    /// <summary>Pages of that memory.</summary>
    public uint ObjectPages;

    /// <summary>Bytes that the kernel has copied to and from the memory of the calling process for the calling thread: messages, and what other calls read and fill.</summary>
    public ulong CopiedBytes;
}
