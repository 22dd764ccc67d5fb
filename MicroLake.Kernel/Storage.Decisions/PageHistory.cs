using MicroLake.Replay.Reclaim;

namespace MicroLake.Storage.Decisions;

/// <summary>
/// What is known of the pages that were used lately, those that have left included, and caches without data: one that the module decides for, and those of
/// the heuristics. The page cache follows whichever hits most (<see cref="GuardedPolicy"/>), as the replay does. A page is an object with a number; numbers of
/// pages that have left are given to others when there are no more.
/// </summary>
internal sealed class PageHistory
{
    private const int ObjectsForEachPage = 4;
    private const int MostObjects = 1 << 18;

    /// <summary>Pages that are read ahead at a time.</summary>
    private const int MostUnused = 64;

    /// <summary>Uses of a page that follow each other within so small a part of a cache of uses are one. The pages with a file's pointers are used at every other
    /// use, and what is known of the uses of all pages would be of those. (O'Neil, O'Neil, Weikum: The LRU-K page replacement algorithm, SIGMOD 1993: correlated
    /// references.)</summary>
    private const int SuccessionShare = 64;

    /// <summary>Pages that are tried for one that can leave, and numbers for one that no cache holds.</summary>
    private const int Tries = 16;

    private readonly Dictionary<long, int> _objects;
    private readonly long[] _keys;
    private readonly ICachedPage?[] _here;
    private readonly HookPolicy _module;
    private readonly GuardedPolicy _guard;
    private readonly IDiskHooks _hooks;
    private int _room;
    private int _hereCount;
    private bool _isBeginning = true;
    private int _now;
    private int _hand;

    /// <exception cref="OutOfMemoryException">There is no memory for so many pages.</exception>
    public PageHistory(int limit, IDiskHooks hooks)
    {
        int objects = (int)Math.Min((long)limit * ObjectsForEachPage, MostObjects);
        // All that it will ever need, now: a use of a page asks for no memory, which might not be there.
        _objects = new(objects);
        _keys = new long[objects];
        _here = new ICachedPage?[objects];
        _hooks = hooks;
        _room = RoomOf(limit);
        _module = new(objects, Capacity.OfObjects(_room), hooks);
        _guard = new GuardedPolicy(objects, Capacity.OfObjects(_room), _module);
        _module.Heuristic = _guard.Clock;
    }

    /// <summary>Pages that are known.</summary>
    public int Objects => _objects.Count;

    /// <summary>Whether the module counts, so that pages leave as the caches without data say. It may be a shadow again and agree with the heuristic ever since.</summary>
    public bool IsFollowed => _module.Counts && _hooks.MayCount(DiskHook.Reclaim);

    /// <summary>Time is about to overflow.</summary>
    public bool IsOld => _now > int.MaxValue / 2;

    /// <summary>Whether it is made for a cache of about so many pages.</summary>
    public bool Fits(int limit) => (limit <= _keys.Length / 2 || _keys.Length == MostObjects) && limit >= _keys.Length / (2 * ObjectsForEachPage);

    /// <summary>A page is used. Whether the module and CLOCK would have had it; what was there before there was a history would be there for both.</summary>
    public (bool ByModule, bool ByHeuristic) Use(in ReclaimCandidate page, int limit)
    {
        int id = Find(page);
        if (_here[id] is not null && _now - _module.LastUse(id) < _room / SuccessionShare && _guard.IsHeldByAll(id))
        {
            _here[id] = page.Cached;
            return (true, true);
        }

        _now++;
        _isBeginning &= _guard.Clock.Count < _room;
        bool wasHere = page.Uses > 0 && _isBeginning;
        long module = _guard.Own.Hits, heuristic = _guard.Clock.Hits;
        _guard.Observe(id, 1, _now);
        if (_here[id] is null)
        {
            _guard.Insert(id, _now);
            _hereCount++;
            Resize(Math.Min(_room + 1, RoomOf(limit)));
        }

        _here[id] = page.Cached;
        return (wasHere || _guard.Own.Hits > module, wasHere || _guard.Clock.Hits > heuristic);
    }

    /// <summary>A page was written: it is here, and unless a cache holds it, it is the first to leave when it can.</summary>
    public void Changed(in ReclaimCandidate page)
    {
        int id = Find(page);
        if (_here[id] is null)
        {
            _guard.Insert(id, _now);
            _hereCount++;
        }

        _here[id] = page.Cached;
    }

    /// <summary>Whether a page is here and was used or written since there is a history.</summary>
    public bool IsHere(in ReclaimCandidate page) => _objects.TryGetValue(KeyOf(page), out int id) && _here[id] is not null;

    /// <summary>A page has left.</summary>
    public void Left(in ReclaimCandidate page)
    {
        if (!_objects.TryGetValue(KeyOf(page), out int id) || _here[id] is null)
            return;
        _here[id] = null;
        _hereCount--;
        _guard.Remove(id);
    }

    /// <summary>Whether more of the pages in the cache than are read ahead at a time were not used since there is a history: they go first.</summary>
    public bool HasManyUnused(int pages) => pages - _hereCount > MostUnused;

    /// <summary>A page for which the policies have least use, while the module counts; null: one goes that nobody has used since there is a history.</summary>
    /// <param name="pages">In the page cache.</param>
    public ICachedPage? Superfluous(int pages)
    {
        if (!IsFollowed || HasManyUnused(pages))
            return null;
        Resume();
        for (int i = 0; i < Tries; i++)
        {
            int id = _guard.Least();
            if (id >= 0 && _guard.Leader.Contains(id))
            {
                // Pages that were read ahead take room, so that caches without data hold less.
                Resize(Math.Min(_room, _guard.Leader.Count) - 1);
                id = _guard.Least();
            }

            if (id < 0)
                return null;
            if (_here[id] is { CanLeave: true } page)
                return page;
            // It holds changes, and leaves later.
            _guard.Postpone(id);
        }

        return null;
    }

    /// <summary>What held changes and holds none any more stands among the others again.</summary>
    private void Resume()
    {
        for (int i = 0; i < Tries && _guard.FirstPostponed is >= 0 and int id; i++)
        {
            if (_here[id] is not { CanLeave: true })
            {
                _guard.Postpone(id);
                return;
            }

            _guard.Resume(id);
        }
    }

    // Two pages with one key are taken for one: it does no harm, and files of 2^36 pages are rare.
    private static long KeyOf(in ReclaimCandidate page) => page.File << 36 ^ (long)page.Level << 33 ^ page.Page;

    private int RoomOf(int limit) => Math.Min(limit, _keys.Length / 2);

    private void Resize(int room)
    {
        if (room == _room || room < 1)
            return;
        _room = room;
        _guard.Resize(Capacity.OfObjects(room), _now);
    }

    private int Find(in ReclaimCandidate page)
    {
        long key = KeyOf(page);
        if (_objects.TryGetValue(key, out int id))
            return id;
        id = _objects.Count < _keys.Length ? _objects.Count : Recycle();
        _objects.Add(key, id);
        _keys[id] = key;
        return id;
    }

    /// <summary>The number of a page that is not here, and that no cache holds where one is soon found.</summary>
    private int Recycle()
    {
        int held = 0;
        while (_here[Next()] is not null || (_guard.Holds(_hand) && held++ < Tries))
        {
        }

        _objects.Remove(_keys[_hand]);
        _guard.Forget(_hand);
        return _hand;
    }

    private int Next() => _hand = (_hand + 1) % _keys.Length;
}
