using MicroLake.Replay.Reclaim;

namespace MicroLake.Storage.Decisions;

/// <summary>
/// The decisions of a file system's page cache, by the modules at the kernel's hooks; by CLOCK and sequential readahead while there are none, and then
/// nothing is kept for them. Every use of a page is also one of caches without data that the module, CLOCK and other heuristics decide for
/// (<see cref="PageHistory"/>): so what each would have read from the disk is known all the time, be the module a shadow, and a module that decides is followed
/// only while none of them does better. Pages that were read ahead count as read when they are used: which of them stay is another decision than when they are
/// read.
/// </summary>
public sealed class HookedPageCache(IDiskHooks hooks) : IReclaim, IReadahead
{
    /// <summary>Numbers of a candidate that are used, in the order of <see cref="ReuseFeatures.Names"/>.</summary>
    public const int FeaturesEach = ReuseFeatures.Count;

    /// <summary>What a page that was read counts as an outcome, so that means are pages read in a thousand uses.</summary>
    public const int Miss = 1000;

    private const int UsesBetweenTries = 1 << 16;

    /// <summary>Pages that are looked at for one that nobody has used since there is a history. There may be none that can leave.</summary>
    private const int MostShown = 128;

    private readonly ClockReclaim _clock = new();
    private readonly SequentialReadahead _sequential = new();
    private PageHistory? _history;
    private int _usesWithout;
    private int _shown;

    /// <summary>Once more after the last module has gone, for the history to go, too.</summary>
    public bool IsWatching => hooks.IsAttached(DiskHook.Reclaim) || AsksAhead(out _) || _history is not null;

    /// <summary>By CLOCK; while a module is followed, of those that nobody has used since there is a history, if they are many and one is soon found.</summary>
    public int Choose(ReadOnlySpan<ReclaimCandidate> candidates)
    {
        if (_history is null || !_history.IsFollowed || _shown >= MostShown)
            return _clock.Choose(candidates);
        for (int i = 0; i < candidates.Length; i++)
            if (!_history.IsHere(candidates[i]))
                return i;
        _shown += candidates.Length;
        return -1;
    }

    public ICachedPage? Superfluous(int pages)
    {
        _shown = _history?.HasManyUnused(pages) == true ? 0 : MostShown;
        try
        {
            return _history?.Superfluous(pages);
        }
        catch (OutOfMemoryException)
        {
            Forget();
            return null;
        }
    }

    public void Changed(in ReclaimCandidate page) => _history?.Changed(page);

    public void Left(in ReclaimCandidate page) => _history?.Left(page);

    public void Used(in ReclaimCandidate page, int limit)
    {
        // What was read ahead nobody waits for.
        if (AsksAhead(out uint client))
            hooks.Outcome(DiskHook.Prefetch, page.Uses == 0 && !page.IsAhead ? Miss : 0, -1, client);
        try
        {
            if (!Follow(limit))
                return;
            (bool byModule, bool byHeuristic) = _history!.Use(page, limit);
            hooks.Outcome(DiskHook.Reclaim, byModule ? 0 : Miss, byHeuristic ? 0 : Miss);
        }
        catch (OutOfMemoryException)
        {
            Forget();
        }
    }

    public int PagesAhead(in ReadRequest request)
    {
        int heuristic = _sequential.PagesAhead(request);
        if (!AsksAhead(out uint client))
            return heuristic;
        ReadOnlySpan<long> recent = request.Recent;
        Span<long> features =
        [
            request.Page, request.Count, request.FilePages, request.Run, Step(recent, 0), Step(recent, 1), Step(recent, 2),
        ];
        return (int)Math.Clamp(hooks.PagesAhead(features, heuristic, client), 0, int.MaxValue);
    }

    /// <summary>Whether a module is at <c>mm.prefetch</c> for who reads: the process whose call the thread answers that is at its turn at the disk.</summary>
    private bool AsksAhead(out uint client) => hooks.IsAttached(DiskHook.Prefetch, client = hooks.Client(DiskHook.Prefetch));

    private static long Step(ReadOnlySpan<long> recent, int number) => number + 1 < recent.Length ? recent[number] - recent[number + 1] : 0;

    /// <summary>
    /// Keeps a history while a module is there, begun anew when the cache has got another size. Where there is no memory for it the heuristic decides, and it is
    /// tried again later.
    /// </summary>
    private bool Follow(int limit)
    {
        if (!hooks.IsAttached(DiskHook.Reclaim))
        {
            _history = null;
        }
        else if (_history is null || !_history.Fits(limit) || _history.IsOld)
        {
            _history = null;
            if (_usesWithout > 0)
                _usesWithout--;
            else
                _history = new PageHistory(limit, hooks);
        }

        return _history is not null;
    }

    /// <summary>There is no memory for a history, or for more of one.</summary>
    private void Forget()
    {
        _history = null;
        _usesWithout = UsesBetweenTries;
    }
}
