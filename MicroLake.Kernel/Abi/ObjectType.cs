namespace MicroLake.Abi;

/// <summary>What a handle names.</summary>
public enum ObjectType : uint
{
    /// <summary>No object: memory that waits for one.</summary>
    None = 0,

    /// <summary>Where clients call and servers receive.</summary>
    Endpoint = 1,

    /// <summary>A word of bits that is signalled and waited for.</summary>
    Notification = 2,

    /// <summary>Memory that can be mapped.</summary>
    Memory = 3,

    /// <summary>An address space with threads and handles.</summary>
    Process = 4,

    /// <summary>A thread.</summary>
    Thread = 5,

    /// <summary>A device's interrupt.</summary>
    Interrupt = 6,
}
