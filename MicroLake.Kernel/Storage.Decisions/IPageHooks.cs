namespace MicroLake.Storage.Decisions;

/// <summary>A decision of a page cache that a module may take over; the number is that of the kernel's hook.</summary>
public enum PageHook
{
    /// <summary><c>mm.reclaim</c>: which page leaves.</summary>
    Reclaim = 2,

    /// <summary><c>mm.prefetch</c>: how many pages are read ahead.</summary>
    Prefetch = 3,
}

/// <summary>The kernel's hooks, as a page cache asks at them.</summary>
public interface IPageHooks
{
    /// <summary>Whether a module is there to be asked.</summary>
    bool IsAttached(PageHook hook);

    /// <summary>Which of some candidates leaves.</summary>
    /// <param name="features"><see cref="HookedPageCache.FeaturesEach"/> numbers for each.</param>
    /// <param name="heuristic">The heuristic's choice; negative: none of them.</param>
    int Choose(ReadOnlySpan<long> features, int heuristic);

    /// <summary>How many pages are read ahead.</summary>
    long PagesAhead(ReadOnlySpan<long> features, long heuristic);

    /// <summary>What came of decisions, and what would have come of the heuristic's; negative where nobody can tell. Less is better.</summary>
    void Outcome(PageHook hook, long value, long baseline);
}
