using MicroLake.Replay.Reclaim;

namespace MicroLake.Storage.Decisions;

/// <summary>
/// The decisions of a file system's page cache, by the modules at the kernel's hooks; by CLOCK and sequential readahead while there are none, and then
/// nothing is kept for them. Models get what they were trained with, from the same code (<see cref="ReuseFeatures"/>). Every use of a page is also
/// one of a cache without data that CLOCK keeps, so that what would have been read from the disk under the heuristic is known all the time. Pages that
/// were read ahead count as read when they are used: which of them stay is another decision than when they are read.
/// </summary>
public sealed class HookedPageCache(IDiskHooks hooks) : IReclaim, IReadahead
{
    /// <summary>Numbers of a candidate, in the order of <see cref="ReuseFeatures.Names"/>.</summary>
    public const int FeaturesEach = ReuseFeatures.Count;

    /// <summary>What a page that was read counts as an outcome, so that means are pages read in a thousand uses.</summary>
    public const int Miss = 1000;

    /// <summary>Models take whole numbers: 256 for 1.</summary>
    private const int Unit = 256;

    private const int MostCandidates = 16;

    private const int UsesBetweenTries = 1 << 16;

    private readonly ClockReclaim _clock = new();
    private readonly SequentialReadahead _sequential = new();
    private readonly long[] _features = new long[MostCandidates * FeaturesEach];
    private readonly float[] _row = new float[FeaturesEach];
    private PageHistory? _history;
    private int _usesWithout;

    /// <summary>Once more after the last module has gone, for the history to go, too.</summary>
    public bool IsWatching => hooks.IsAttached(DiskHook.Reclaim) || AsksAhead(out _) || _history is not null;

    public int Choose(ReadOnlySpan<ReclaimCandidate> candidates)
    {
        int heuristic = _clock.Choose(candidates);
        if (_history is null || candidates.Length > MostCandidates)
            return heuristic;
        for (int i = 0; i < candidates.Length; i++)
        {
            _history.Write(candidates[i], _row);
            for (int j = 0; j < FeaturesEach; j++)
                _features[i * FeaturesEach + j] = (long)MathF.Round(_row[j] * Unit);
        }

        return hooks.Choose(DiskHook.Reclaim, _features.AsSpan(0, candidates.Length * FeaturesEach), heuristic);
    }

    public void Used(in ReclaimCandidate page, int limit)
    {
        bool isRead = page.Uses == 0;
        // What was read ahead nobody waits for.
        if (AsksAhead(out uint client))
            hooks.Outcome(DiskHook.Prefetch, isRead && !page.IsAhead ? Miss : 0, -1, client);
        if (!Follow(limit))
            return;
        bool wouldBeRead = !_history!.Use(page);
        hooks.Outcome(DiskHook.Reclaim, isRead ? Miss : 0, wouldBeRead ? Miss : 0);
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
        else if (_history is null || limit > 2 * _history.Limit || limit < _history.Limit / 2 || _history.IsOld)
        {
            if (_usesWithout > 0)
            {
                _usesWithout--;
                return _history is not null;
            }

            try
            {
                _history = new PageHistory(limit);
            }
            catch (OutOfMemoryException)
            {
                _history = null;
                _usesWithout = UsesBetweenTries;
            }
        }

        return _history is not null;
    }
}
