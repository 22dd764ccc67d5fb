namespace MicroLake.Storage;

/// <summary>Says which page leaves the cache for another. Called with the file system's lock held: it may not use files.</summary>
public interface IReclaim
{
    /// <summary>The index of the candidate to go; negative: none of these, show me the next. Others that stand before it were passed over.</summary>
    /// <param name="candidates">At least one, the one that was passed over longest ago first.</param>
    int Choose(ReadOnlySpan<ReclaimCandidate> candidates);

    /// <summary>Whether <see cref="Used"/> is called; asked once for each call that reads or changes files.</summary>
    bool IsWatching => false;

    /// <summary>A page is used. It is in the cache, and was read for this use if it had none before.</summary>
    /// <param name="page">As it was before.</param>
    /// <param name="limit">Pages that there may be.</param>
    void Used(in ReclaimCandidate page, int limit)
    {
    }

    /// <summary>A page holds changes from now on, and cannot leave before they are written. Told where <see cref="Used"/> is called.</summary>
    void Changed(in ReclaimCandidate page)
    {
    }

    /// <summary>A page that leaves before any that <see cref="Choose"/> is asked about; null: there is none. Asked where <see cref="Used"/> is called.</summary>
    /// <param name="pages">In the cache.</param>
    ICachedPage? Superfluous(int pages) => null;

    /// <summary>A page leaves the cache, for another or for good. Told where <see cref="Used"/> is called.</summary>
    void Left(in ReclaimCandidate page)
    {
    }
}

/// <summary>A page that may leave the cache.</summary>
public readonly struct ReclaimCandidate
{
    /// <summary>Inode number of its file; 0 for the inode table.</summary>
    public long File { get; init; }

    /// <summary>Number of the page in its file and level.</summary>
    public long Page { get; init; }

    /// <summary>0 for data; above, levels of pointers.</summary>
    public int Level { get; init; }

    /// <summary>How often it was used.</summary>
    public int Uses { get; init; }

    /// <summary>Used since it was passed over last.</summary>
    public bool WasUsed { get; init; }

    /// <summary>Read ahead, and not asked for so far.</summary>
    public bool IsAhead { get; init; }

    /// <summary>Stands for it as long as it is in the cache.</summary>
    public ICachedPage? Cached { get; init; }
}
