namespace MicroLake.Replay.Reclaim;

/// <summary>A cache whose victims a policy chooses; counts what it hits.</summary>
internal sealed class ObjectCache
{
    private readonly Capacity _capacity;
    private readonly EvictionPolicy _policy;
    private readonly long[] _sizes;
    private long _used;

    public ObjectCache(int objects, Capacity capacity, EvictionPolicy policy)
    {
        (_capacity, _policy) = (capacity, policy);
        // -1: not here.
        _sizes = new long[objects];
        Array.Fill(_sizes, -1);
    }

    public long Hits { get; private set; }

    public long HitBytes { get; private set; }

    public int Count { get; private set; }

    /// <summary>What the last access made leave.</summary>
    public List<int> Dropped { get; } = [];

    public bool Contains(int id) => _sizes[id] >= 0;

    /// <summary>One access. True when the object is here.</summary>
    public bool Access(int id, long size, int now)
    {
        _policy.Observe(id, size, now);
        Dropped.Clear();
        if (Contains(id))
        {
            Hits++;
            HitBytes += size;
            _policy.Hit(id, now);
            return true;
        }

        long need = _capacity.IsBytes ? size : 1;
        // What is larger than the whole cache goes by it.
        if (need > _capacity.Amount)
            return false;
        while (_used + need > _capacity.Amount)
            Drop(_policy.Victim(now));
        _sizes[id] = need;
        _used += need;
        Count++;
        _policy.Insert(id, now);
        return false;
    }

    private void Drop(int id)
    {
        _used -= _sizes[id];
        _sizes[id] = -1;
        Count--;
        Dropped.Add(id);
    }
}
