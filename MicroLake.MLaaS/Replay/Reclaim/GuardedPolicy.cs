namespace MicroLake.Replay.Reclaim;

/// <summary>Follows whichever of several policies has hit most of late. Each of them runs a cache of its own that holds no data, only the
/// objects' numbers; what leaves here is what the leader does not hold.</summary>
/// <remarks>This is what makes the module no worse than the heuristics beside it: where the network loses, one of them leads. It costs the
/// book-keeping of every policy for each access.</remarks>
internal sealed class GuardedPolicy : EvictionPolicy
{
    /// <summary>Who leads is decided anew after so many accesses for each object of the cache: what goes round and round favours now one, now
    /// another, and over less than some rounds chance would decide.</summary>
    private const int Term = 8;

    /// <summary>What is left of the hits of earlier terms after each.</summary>
    private const double Memory = 0.5;

    /// <summary>How many hits another must be ahead to take over, as a share of the accesses of a term: following another costs misses until
    /// the cache holds what that one does.</summary>
    private const double Margin = 0.01;

    private readonly ObjectCache[] _caches;
    private readonly double[] _hits;
    private readonly bool[] _isHere;
    private readonly ObjectList _here;

    /// <summary>What is here and may have left the leader's cache.</summary>
    private readonly Stack<int> _superfluous = new();
    private int _leader;
    private int _accesses;

    /// <param name="policies">The first leads until another is better.</param>
    public GuardedPolicy(int objects, Capacity capacity, params EvictionPolicy[] policies)
    {
        _caches = Array.ConvertAll(policies, p => new ObjectCache(objects, capacity, p));
        _hits = new double[policies.Length];
        Led = new long[policies.Length];
        _isHere = new bool[objects];
        _here = new(objects);
    }

    /// <summary>Accesses that each policy led.</summary>
    public long[] Led { get; }

    public override void Observe(int id, long size, int now)
    {
        for (int i = 0; i < _caches.Length; i++)
            _hits[i] += _caches[i].Access(id, size, now) ? 1 : 0;
        foreach (int dropped in _caches[_leader].Dropped)
            if (_isHere[dropped])
                _superfluous.Push(dropped);
        Led[_leader]++;
        if (++_accesses >= Term * Math.Max(16, _caches[_leader].Count))
            Elect();
    }

    public override void Hit(int id, int now)
    {
    }

    public override void Insert(int id, int now)
    {
        _isHere[id] = true;
        _here.AddLast(id);
    }

    public override int Victim(int now)
    {
        // The leader holds the object that comes, so something is here that it does not hold, unless sizes have changed meanwhile.
        int victim = _here.First;
        while (_superfluous.TryPop(out int id))
        {
            if (!_isHere[id] || _caches[_leader].Contains(id))
                continue;
            victim = id;
            break;
        }

        _here.Remove(victim);
        _isHere[victim] = false;
        return victim;
    }

    private void Elect()
    {
        int best = _leader;
        for (int i = 0; i < _hits.Length; i++)
            if (_hits[i] > _hits[best])
                best = i;
        if (_hits[best] > _hits[_leader] + Margin * _accesses)
            Follow(best);
        for (int i = 0; i < _hits.Length; i++)
            _hits[i] *= Memory;
        _accesses = 0;
    }

    private void Follow(int leader)
    {
        _leader = leader;
        _superfluous.Clear();
        for (int id = _here.First; id != _here.End; id = _here.After(id))
            if (!_caches[leader].Contains(id))
                _superfluous.Push(id);
    }
}
