using MicroLake.Abi;

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
    /// <summary>Numbers of a candidate, used or not, as the kernel takes them.</summary>
    const int CandidateFeatures = HookAttachment.MaxFeatures;

    /// <summary>The process that the calling thread works for, as the kernel knows it; 0: nobody's, or no module is at the hook, for whomever.</summary>
    uint Client(DiskHook hook);

    /// <summary>Whether a module is there to be asked.</summary>
    /// <param name="client">For which process; 0: for nobody in particular.</param>
    bool IsAttached(DiskHook hook, uint client = 0);

    /// <summary>Whether what a module decides for nobody in particular may count, be it a share of it: it is no shadow.</summary>
    bool MayCount(DiskHook hook);

    /// <summary>Which of some candidates leaves, or goes next.</summary>
    /// <param name="features"><see cref="CandidateFeatures"/> numbers for each.</param>
    /// <param name="heuristic">The heuristic's choice; negative: none of them.</param>
    /// <param name="own">The module's choice, whether it counts or not; the heuristic's where there is none.</param>
    /// <param name="ranks">Room for the module's rank of each candidate, 0 where there is no module; or none.</param>
    /// <param name="client">For which process; 0: for nobody in particular.</param>
    int Choose(DiskHook hook, ReadOnlySpan<long> features, int heuristic, out int own, Span<long> ranks = default, uint client = 0);

    /// <summary>How many pages are read ahead, for a process; 0: for nobody in particular.</summary>
    long PagesAhead(ReadOnlySpan<long> features, long heuristic, uint client);

    /// <summary>What came of decisions, and what would have come of the heuristic's; negative where nobody can tell. Less is better.</summary>
    /// <param name="client">For which process it was decided; 0: for nobody in particular.</param>
    void Outcome(DiskHook hook, long value, long baseline, uint client = 0);
}
