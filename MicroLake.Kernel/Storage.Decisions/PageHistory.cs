using MicroLake.Replay.Reclaim;

namespace MicroLake.Storage.Decisions;

/// <summary>
/// What is known of the pages that were used lately, those that have left included, and a cache without data that CLOCK keeps. A page is an object
/// with a number; numbers of pages that CLOCK does not hold are given to others when there are no more.
/// </summary>
internal sealed class PageHistory
{
    private const int ObjectsForEachPage = 4;
    private const int MostObjects = 1 << 18;

    /// <summary>Tries for a page to watch that is here.</summary>
    private const int Draws = 4;

    private readonly Dictionary<long, int> _objects;
    private readonly long[] _keys;
    private readonly ReuseHistory _history;
    private readonly ObjectCache _clock;
    private readonly int _capacity;
    private int _now;
    private int _hand;
    private uint _random = 1;

    /// <exception cref="OutOfMemoryException">There is no memory for so many pages.</exception>
    public PageHistory(int limit)
    {
        Limit = limit;
        int objects = (int)Math.Min((long)limit * ObjectsForEachPage, MostObjects);
        // All that it will ever need, now: a use of a page asks for no memory, which might not be there.
        _objects = new(objects);
        _keys = new long[objects];
        _history = new(objects);
        _capacity = Math.Min(limit, objects / 2);
        _clock = new(objects, Capacity.OfObjects(_capacity), new ClockPolicy(objects));
    }

    /// <summary>Pages of the cache when this was begun.</summary>
    public int Limit { get; }

    /// <summary>Pages that are known.</summary>
    public int Objects => _objects.Count;

    /// <summary>Time is about to overflow.</summary>
    public bool IsOld => _now > int.MaxValue / 2;

    /// <summary>A page is used. Whether CLOCK would have had it; what was there before there was a history would be there for both.</summary>
    public bool Use(in ReclaimCandidate page)
    {
        _now++;
        bool isBeginning = _clock.Count < _capacity;
        int id = Find(page, out _);
        _history.Access(id, _now, Limit);
        bool wouldBeThere = _clock.Access(id, 1, _now) || (page.Uses > 0 && isBeginning);
        Watch();
        return wouldBeThere;
    }

    /// <summary>Writes the features of a page that may leave.</summary>
    public void Write(in ReclaimCandidate page, Span<float> row)
    {
        int id = Find(page, out bool isNew);
        if (isNew)
            _history.Access(id, (int)Math.Max(0, _now - page.Age), Limit);
        _history.Write(id, _now, Limit, row);
    }

    private int Find(in ReclaimCandidate page, out bool isNew)
    {
        // Two pages with one key are taken for one: it does no harm, and files of 2^36 pages are rare.
        long key = page.File << 36 ^ (long)page.Level << 33 ^ page.Page;
        isNew = !_objects.TryGetValue(key, out int id);
        if (!isNew)
            return id;
        id = _objects.Count < _keys.Length ? _objects.Count : Recycle();
        _objects.Add(key, id);
        _keys[id] = key;
        return id;
    }

    private int Recycle()
    {
        while (_clock.Contains(_hand))
            _hand = (_hand + 1) % _keys.Length;
        int id = _hand;
        _hand = (_hand + 1) % _keys.Length;
        _objects.Remove(_keys[id]);
        _history.Features.Forget(id);
        return id;
    }

    /// <summary>Watches a page now and then, to learn how often pages of its kind are used again.</summary>
    private void Watch()
    {
        if (!_history.Rates.WantsMore(_now))
            return;
        for (int i = 0; i < Draws; i++)
        {
            _random = _random * 1664525 + 1013904223;
            int id = (int)(((ulong)_random * (uint)_objects.Count) >> 32);
            if (!_clock.Contains(id))
                continue;
            _history.Watch(id, _now, Limit);
            return;
        }
    }
}
