namespace MicroLake.Storage;

/// <summary>
/// The pages in memory of one file system: a bounded number, asked for again and again, so that the cache gives memory back when the system is
/// short of it. A hand goes round the ring of clean pages; the policy chooses among the next few.
/// </summary>
internal sealed class PageCache(Func<long> budget, IReclaim reclaim)
{
    /// <summary>Enough for any single operation.</summary>
    private const int LeastPages = 64;

    /// <summary>Pages that the policy is shown at a time.</summary>
    private const int Candidates = 8;

    private const int AddsBetweenBudgets = 256;

    private readonly ReclaimCandidate[] _candidates = new ReclaimCandidate[Candidates];
    private CachedPage? _hand;
    private int _clean;
    private int _adds;
    private bool _isWatched;

    public IReclaim Reclaim { get; set; } = reclaim;

    /// <summary>Pages that there may be.</summary>
    public int Limit { get; private set; } = LeastPages;

    public int Count => _clean + Dirty;

    public int Dirty { get; private set; }

    public long Ahead { get; set; }

    public long AheadUsed { get; private set; }

    public long AheadUnused { get; private set; }

    public long Evictions { get; private set; }

    /// <summary>Makes a page, in the place of others if there are too many. What it holds is open.</summary>
    public CachedPage Add(BlockTree tree, int level, long index)
    {
        if (_adds++ % AddsBetweenBudgets == 0)
            Limit = (int)Math.Clamp(budget() >> DiskLayout.BlockShift, LeastPages, int.MaxValue);
        byte[]? data = null;
        while (Count >= Limit && _clean > 0)
            data = Evict();
        var page = new CachedPage(tree, level, index, data ?? new byte[DiskLayout.BlockBytes]);
        Link(page);
        return page;
    }

    /// <summary>A call that will use pages begins.</summary>
    public void Begin() => _isWatched = Reclaim.IsWatching;

    /// <summary>Somebody uses a page.</summary>
    public void Use(CachedPage page)
    {
        if (_isWatched)
            Reclaim.Used(Describe(page), Limit);
        page.WasUsed = true;
        page.Uses++;
        if (!page.IsAhead)
            return;
        page.IsAhead = false;
        AheadUsed++;
    }

    public void SetDirty(CachedPage page)
    {
        Unlink(page);
        page.IsDirty = true;
        Dirty++;
        if (_isWatched)
            Reclaim.Changed(Describe(page));
    }

    public void SetClean(CachedPage page)
    {
        page.IsDirty = false;
        Dirty--;
        Link(page);
    }

    /// <summary>Forgets a page whose content nobody needs any more.</summary>
    public void Drop(CachedPage page)
    {
        Leave(page);
        if (page.IsDirty)
        {
            page.IsDirty = false;
            Dirty--;
        }
        else
        {
            Unlink(page);
        }
    }

    private ReclaimCandidate Describe(CachedPage page) => new()
    {
        File = page.Tree.File,
        Page = page.Index,
        Level = page.Level,
        Uses = page.Uses,
        WasUsed = page.WasUsed,
        IsAhead = page.IsAhead,
        Cached = page,
    };

    private byte[] Evict()
    {
        CachedPage victim = Choose();
        if (victim.IsAhead)
            AheadUnused++;
        Evictions++;
        Leave(victim);
        Unlink(victim);
        victim.Tree.Forget(victim);
        return victim.Data;
    }

    private void Leave(CachedPage page)
    {
        if (_isWatched)
            Reclaim.Left(Describe(page));
    }

    /// <summary>Asks the policy, for at most one round of the hand.</summary>
    private CachedPage Choose()
    {
        if (_isWatched && Reclaim.Superfluous(Count) is CachedPage { CanLeave: true } superfluous)
            return superfluous;
        int most = Math.Min(Candidates, _clean);
        for (int passed = 0; passed < _clean;)
        {
            int count = 0;
            for (CachedPage page = _hand!; count < most; page = page.Next!)
                _candidates[count++] = Describe(page);
            int choice = Reclaim.Choose(_candidates.AsSpan(0, count));
            bool chosen = (uint)choice < (uint)count;
            for (int i = chosen ? choice : count; i > 0; i--, passed++)
            {
                _hand!.WasUsed = false;
                _hand = _hand.Next;
            }

            if (chosen)
                break;
        }

        return _hand!;
    }

    /// <summary>Puts a page where the hand comes last.</summary>
    private void Link(CachedPage page)
    {
        _clean++;
        if (_hand is null)
        {
            page.Next = page.Previous = _hand = page;
            return;
        }

        page.Next = _hand;
        page.Previous = _hand.Previous;
        page.Previous!.Next = page;
        _hand.Previous = page;
    }

    private void Unlink(CachedPage page)
    {
        _clean--;
        if (_clean == 0)
        {
            _hand = null;
        }
        else
        {
            page.Previous!.Next = page.Next;
            page.Next!.Previous = page.Previous;
            if (_hand == page)
                _hand = page.Next;
        }

        page.Next = page.Previous = null;
    }
}
