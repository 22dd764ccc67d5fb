namespace MicroLake.Storage;

/// <summary>A request that waits for a disk.</summary>
public readonly struct WaitingRequest
{
    public RequestKind Kind { get; init; }

    /// <summary>The process that waits for it; 0: none that is known, or nobody wants to know.</summary>
    public uint Client { get; init; }

    /// <summary>Inode number of the file that is read or written; 0 where there is none.</summary>
    public long File { get; init; }

    /// <summary>The first page that it is about; 0 where there is none.</summary>
    public long Page { get; init; }

    /// <summary>Pages that it is about; of a write-back, those that are left.</summary>
    public long Pages { get; init; }

    /// <summary>How long it has waited; a write-back, since its last turn.</summary>
    public long WaitedNanoseconds { get; init; }

    /// <summary>How often another one went before it; a write-back, since its last turn.</summary>
    public int Passed { get; init; }
}
