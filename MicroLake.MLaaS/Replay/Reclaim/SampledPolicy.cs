namespace MicroLake.Replay.Reclaim;

/// <summary>A policy that looks at a few objects that are here, chosen by chance, whenever one must leave: the work does not grow with the cache.
/// The chance is the same at every run.</summary>
internal abstract class SampledPolicy(int objects) : EvictionPolicy
{
    private readonly int[] _places = new int[objects];
    private int[] _here = new int[64];
    private ulong _random = 0x9E3779B97F4A7C15;

    public int Count { get; private set; }

    /// <summary>Whether the object is here.</summary>
    protected bool IsHere(int id) => _places[id] < Count && _here[_places[id]] == id;

    public override void Insert(int id, int now)
    {
        if (Count == _here.Length)
            Array.Resize(ref _here, 2 * Count);
        _here[Count] = id;
        _places[id] = Count++;
    }

    public override void Remove(int id)
    {
        int last = _here[--Count];
        _here[_places[id]] = last;
        _places[last] = _places[id];
    }

    /// <summary>Any object that is here.</summary>
    protected int Draw()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return _here[(int)(((_random >> 32) * (ulong)Count) >> 32)];
    }
}
