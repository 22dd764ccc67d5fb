using MicroLake.Nn;

namespace MicroLake.Replay.Reclaim;

/// <summary>Follows whichever of several policies has hit most of late. Each of them runs a cache of its own that holds no data, only the
/// objects' numbers; what leaves here is what the leader does not hold, and of that what the others hold least.</summary>
/// <remarks>This is what makes the module hardly worse than the heuristics beside it: where the network loses, one of them leads. It costs the
/// book-keeping of every policy for each access.</remarks>
internal sealed class GuardedPolicy : EvictionPolicy
{
    /// <summary>Who leads is decided so many times in as many accesses as the cache has objects.</summary>
    private const int Decisions = 16;

    /// <summary>What a decision leaves of the hits counted before: half is gone after some eight caches of accesses.</summary>
    private const double Memory = 0.995;

    /// <summary>How many hits another must be ahead to lead, as a share of the cache's objects: chance alone makes differences.</summary>
    private const double Margin = 0.01;

    /// <summary>How many for the first policy to lead no more: it learns as it goes, and gains again what it lost while it knew little.</summary>
    private const double Trust = 0.05;

    /// <summary>A voice is halved by each margin that a policy is behind, and by these: of three that are level with the leader all together
    /// outvote it, and no two.</summary>
    private const double LeadersBonus = 1.5;

    /// <summary>What a decision leaves of the hits that the first policy had more than there were here. By so many more must another be ahead of it: it was not
    /// worth while to leave it. Two that lead in turns hold other objects each, and whoever followed both would hit less than with either.</summary>
    private const double RegretMemory = 0.9996;

    /// <summary>Voices are between 2^-60 and 2^60.</summary>
    private const double LoudestVoice = 60;

    private const int PolicyAt = 0, ClockAt = 2;

    private readonly HeuristicsBeside _beside;
    private readonly ObjectCache[] _caches;
    private readonly double[] _hits;
    private readonly int[] _newHits;
    private readonly double[] _voices;

    /// <summary>For each object the set of policies whose caches hold it, a bit for each; for each set what it is worth to keep such an object.</summary>
    private readonly int[] _holders;
    private readonly double[] _worth;

    /// <summary>What is here, a list for each set of holders, and one of what was postponed.</summary>
    private readonly ObjectList _here;
    private readonly bool[] _isHere;
    private readonly bool[] _isPostponed;
    private int _leader, _accesses;
    private double _regret;

    /// <param name="objects">They are numbered from 0 up to, but not, this.</param>
    /// <param name="capacity">Of each cache.</param>
    /// <param name="policy">It leads until another is better; the others are heuristics.</param>
    public GuardedPolicy(int objects, Capacity capacity, RankedPolicy policy)
    {
        _beside = policy.Beside;
        _caches = [new(objects, capacity, policy), _beside.Lru, new(objects, capacity, new ClockPolicy(objects)), _beside.MostUsed];
        (_hits, _newHits, Led) = (new double[_caches.Length], new int[_caches.Length], new long[_caches.Length]);
        _holders = new int[objects];
        _worth = new double[1 << _caches.Length];
        _here = new(objects, _worth.Length + 1);
        _isHere = new bool[objects];
        _isPostponed = new bool[objects];
        // Until they differ all have the same voice.
        _voices = new double[_caches.Length];
        Array.Fill(_voices, 1);
        Weigh();
    }

    /// <summary>What the policy holds that leads at first.</summary>
    public ObjectCache Own => _caches[PolicyAt];

    /// <summary>What the policy holds that leads now.</summary>
    public ObjectCache Leader => _caches[_leader];

    /// <summary>What CLOCK holds.</summary>
    public ObjectCache Clock => _caches[ClockAt];

    /// <summary>Accesses that each policy led.</summary>
    public long[] Led { get; }

    public override void Observe(int id, long size, int now)
    {
        _beside.Use(id);
        // The policy sees what the heuristics do.
        for (int i = _caches.Length - 1; i >= 0; i--)
        {
            bool hit = _caches[i].Access(id, size, now);
            _newHits[i] += hit ? 1 : 0;
            if (i == PolicyAt)
                _regret += (hit ? 1 : 0) - (_isHere[id] ? 1 : 0);
            Drop(i);
            if (_caches[i].Contains(id))
                SetHolders(id, _holders[id] | 1 << i);
        }

        Led[_leader]++;
        if (++_accesses >= Math.Max(16, _caches[_leader].Count / Decisions))
            Elect();
    }

    public override void Hit(int id, int now)
    {
    }

    public override void Insert(int id, int now)
    {
        _isHere[id] = true;
        _here.AddLast(id, _holders[id]);
    }

    public override int Victim(int now)
    {
        int victim = Least();
        Remove(victim);
        return victim;
    }

    public override void Remove(int id)
    {
        _here.Remove(id);
        (_isHere[id], _isPostponed[id]) = (false, false);
    }

    /// <summary>The object that would leave next; -1: nothing is here that may.</summary>
    public int Least()
    {
        int least = -1;
        for (int set = 0; set < _worth.Length; set++)
            if (!_here.IsEmpty(set) && (least < 0 || _worth[set] < _worth[least]))
                least = set;
        return least < 0 ? -1 : _here.FirstOf(least);
    }

    /// <summary>The object that was postponed longest ago; -1: none is.</summary>
    public int FirstPostponed => _here.IsEmpty(_worth.Length) ? -1 : _here.FirstOf(_worth.Length);

    /// <summary>An object that is here does not leave before <see cref="Resume"/>.</summary>
    public void Postpone(int id)
    {
        _here.Remove(id);
        _here.AddLast(id, _worth.Length);
        _isPostponed[id] = true;
    }

    /// <summary>An object that was postponed may leave.</summary>
    public void Resume(int id)
    {
        _here.Remove(id);
        _here.AddLast(id, _holders[id]);
        _isPostponed[id] = false;
    }

    /// <summary>Whether any of the policies holds an object.</summary>
    public bool Holds(int id) => _holders[id] != 0;

    /// <summary>Whether all of them do.</summary>
    public bool IsHeldByAll(int id) => _holders[id] == _worth.Length - 1;

    public override void Forget(int id)
    {
        foreach (ObjectCache cache in _caches)
            cache.Forget(id);
        _holders[id] = 0;
    }

    /// <summary>All policies have more or less room from now on.</summary>
    public void Resize(Capacity capacity, int now)
    {
        for (int i = 0; i < _caches.Length; i++)
        {
            _caches[i].Resize(capacity, now);
            Drop(i);
        }
    }

    /// <summary>What has left a policy's cache is not held by it any more.</summary>
    private void Drop(int policy)
    {
        foreach (int dropped in _caches[policy].Dropped)
            SetHolders(dropped, _holders[dropped] & ~(1 << policy));
    }

    private void SetHolders(int id, int holders)
    {
        if (_holders[id] == holders)
            return;
        _holders[id] = holders;
        if (!_isHere[id] || _isPostponed[id])
            return;
        _here.Remove(id);
        _here.AddLast(id, holders);
    }

    private void Elect()
    {
        for (int i = 0; i < _hits.Length; i++)
            (_hits[i], _newHits[i]) = (_hits[i] * Memory + _newHits[i], 0);
        int size = Math.Max(16, _caches[_leader].Count);
        double unit = Margin * size, margin = _leader == PolicyAt ? Trust * size + Math.Max(0, _regret) : unit;
        int best = _leader;
        for (int i = 0; i < _hits.Length; i++)
            if (_hits[i] > _hits[best] + (best == _leader ? margin : 0))
                best = i;
        _leader = best;
        (_accesses, _regret) = (0, _regret * RegretMemory);

        for (int i = 0; i < _voices.Length; i++)
            _voices[i] = i == _leader ? 1 : PortableMath.Exp2(Math.Clamp((_hits[i] - _hits[_leader] - LeadersBonus * margin) / unit, -LoudestVoice, LoudestVoice));
        Weigh();
    }

    private void Weigh()
    {
        for (int set = 0; set < _worth.Length; set++)
        {
            _worth[set] = 0;
            for (int i = 0; i < _voices.Length; i++)
                _worth[set] += (set >> i & 1) * _voices[i];
        }
    }
}
