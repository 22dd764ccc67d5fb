namespace MicroLake.Storage;

/// <summary>What the page cache of a file system does. All but the first three only grow.</summary>
public readonly struct CacheStatistics
{
    /// <summary>Pages in memory.</summary>
    public int Pages { get; init; }

    /// <summary>Of them, those with changes that are not yet on the disk.</summary>
    public int DirtyPages { get; init; }

    /// <summary>Pages that there may be now.</summary>
    public int Limit { get; init; }

    /// <summary>Pages of files that a read found.</summary>
    public long Hits { get; init; }

    /// <summary>Pages of files that a read had to wait for.</summary>
    public long Misses { get; init; }

    /// <summary>Pages read ahead.</summary>
    public long Ahead { get; init; }

    /// <summary>Of them, those that were then asked for.</summary>
    public long AheadUsed { get; init; }

    /// <summary>Of them, those that left the cache unused.</summary>
    public long AheadUnused { get; init; }

    /// <summary>Pages that left for others.</summary>
    public long Evictions { get; init; }

    public long BlocksWritten { get; init; }

    /// <summary>States made durable.</summary>
    public long States { get; init; }
}
