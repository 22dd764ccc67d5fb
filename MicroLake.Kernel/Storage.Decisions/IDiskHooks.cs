namespace MicroLake.Storage.Decisions;

/// <summary>A decision of a file system on a disk that a module may take over; the number is that of the kernel's hook.</summary>
public enum DiskHook
{
    /// <summary><c>mm.reclaim</c>: which page leaves.</summary>
    Reclaim = 2,

    /// <summary><c>mm.prefetch</c>: how many pages are read ahead.</summary>
    Prefetch = 3,

    /// <summary><c>io.submit</c>: which request goes next.</summary>
    Submit = 4,
}

/// <summary>The kernel's hooks, as a file system on a disk asks at them.</summary>
public interface IDiskHooks
{
    /// <summary>Numbers of a candidate, used or not.</summary>
    const int CandidateFeatures = 16;

    /// <summary>Whether a module is there to be asked.</summary>
    bool IsAttached(DiskHook hook);

    /// <summary>Which of some candidates leaves, or goes next.</summary>
    /// <param name="features"><see cref="CandidateFeatures"/> numbers for each.</param>
    /// <param name="heuristic">The heuristic's choice; negative: none of them.</param>
    int Choose(DiskHook hook, ReadOnlySpan<long> features, int heuristic);

    /// <summary>How many pages are read ahead.</summary>
    long PagesAhead(ReadOnlySpan<long> features, long heuristic);

    /// <summary>What came of decisions, and what would have come of the heuristic's; negative where nobody can tell. Less is better.</summary>
    void Outcome(DiskHook hook, long value, long baseline);
}
