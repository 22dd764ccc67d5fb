namespace MicroLake.Replay.Reclaim;

/// <summary>A cache whose victims a policy chooses; counts what it hits.</summary>
internal sealed class ObjectCache
{
    private readonly EvictionPolicy _policy;
    private readonly long[] _sizes;
    private long _used;

    public ObjectCache(int objects, Capacity capacity, EvictionPolicy policy)
    {
        (Capacity, _policy) = (capacity, policy);
        // -1: not here.
        _sizes = new long[objects];
        Array.Fill(_sizes, -1);
    }

    public Capacity Capacity { get; private set; }

    public long Hits { get; private set; }

    /// <summary>Of traces with very large objects, more than a whole number holds.</summary>
    public double HitBytes { get; private set; }

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

        long need = Capacity.IsBytes ? size : 1;
        // What is larger than the whole cache goes by it.
        if (need > Capacity.Amount)
            return false;
        while (_used + need > Capacity.Amount)
            Drop(_policy.Victim(now));
        _sizes[id] = need;
        _used += need;
        Count++;
        _policy.Insert(id, now);
        return false;
    }

    /// <summary>There is more or less room from now on; what is too much leaves.</summary>
    public void Resize(Capacity capacity, int now)
    {
        Dropped.Clear();
        Capacity = capacity;
        while (_used > capacity.Amount)
            Drop(_policy.Victim(now));
    }

    /// <summary>Takes an object out that is here.</summary>
    public void Remove(int id)
    {
        _policy.Remove(id);
        Drop(id);
    }

    /// <summary>The number is another object's from now on.</summary>
    public void Forget(int id)
    {
        if (Contains(id))
            Remove(id);
        _policy.Forget(id);
    }

    private void Drop(int id)
    {
        _used -= _sizes[id];
        _sizes[id] = -1;
        Count--;
        Dropped.Add(id);
    }
}
