namespace MicroLake.Replay.Reclaim;

/// <summary>How often objects of each kind were used again before a cache's worth of accesses had passed: what the present workload does,
/// learned as it runs. Some objects are watched, and counted when their time is up.</summary>
public sealed class ReuseRates
{
    private const int MostWatched = 2048;

    /// <summary>The weight of a new observation once there are enough.</summary>
    private const float Newest = 1f / 64;

    /// <summary>As many observations of the narrow kind weigh as much as all of the wide one.</summary>
    private const float Enough = 4;

    private readonly float[] _narrow = new float[ReuseKind.IntervalClasses * ReuseKind.AgeClasses * ReuseKind.GapClasses];
    private readonly int[] _seen = new int[ReuseKind.IntervalClasses * ReuseKind.AgeClasses * ReuseKind.GapClasses];
    private readonly float[] _wide = new float[ReuseKind.UsesClasses * ReuseKind.AgeClasses];
    private readonly int[] _wideSeen = new int[ReuseKind.UsesClasses * ReuseKind.AgeClasses];
    private readonly float[] _held = new float[HeuristicsBeside.Sets * ReuseKind.AgeClasses];
    private readonly int[] _heldSeen = new int[HeuristicsBeside.Sets * ReuseKind.AgeClasses];
    private readonly Watched[] _watched = new Watched[MostWatched];
    private int _first, _count, _allSeen;
    private int _nextWatch;

    /// <summary>Of all objects.</summary>
    public float OfAll { get; private set; } = 0.5f;

    internal float OfWide(ReuseKind kind) => _wideSeen[kind.Wide] == 0 ? OfAll : _wide[kind.Wide];

    internal float OfNarrow(ReuseKind kind)
    {
        int seen = _seen[kind.Narrow];
        return (seen * _narrow[kind.Narrow] + Enough * OfWide(kind)) / (seen + Enough);
    }

    internal float OfHeld(ReuseKind kind)
    {
        int seen = _heldSeen[kind.Held];
        return (seen * _held[kind.Held] + Enough * OfAll) / (seen + Enough);
    }

    /// <summary>Whether it is time to watch another object.</summary>
    internal bool WantsMore(int now) => now >= _nextWatch && _count < MostWatched;

    internal void Watch(int id, ReuseKind kind, int lastUse, int now, int cacheSize)
    {
        _watched[(_first + _count++) % MostWatched] = new() { Id = id, Kind = kind, LastUse = lastUse, Deadline = now + cacheSize };
        _nextWatch = now + 1 + cacheSize / MostWatched;
    }

    /// <summary>Counts those whose time is up.</summary>
    internal void Settle(ReuseFeatures features, int now)
    {
        for (; _count > 0 && _watched[_first].Deadline <= now; _count--)
        {
            ref Watched watched = ref _watched[_first];
            float used = features.LastUse(watched.Id) != watched.LastUse ? 1 : 0;
            Add(ref _narrow[watched.Kind.Narrow], ref _seen[watched.Kind.Narrow], used);
            Add(ref _wide[watched.Kind.Wide], ref _wideSeen[watched.Kind.Wide], used);
            Add(ref _held[watched.Kind.Held], ref _heldSeen[watched.Kind.Held], used);
            float all = OfAll;
            Add(ref all, ref _allSeen, used);
            OfAll = all;
            _first = (_first + 1) % MostWatched;
        }
    }

    private static void Add(ref float rate, ref int seen, float used)
    {
        seen = Math.Min(seen + 1, (int)(1 / Newest));
        rate += Math.Max(Newest, 1f / seen) * (used - rate);
    }

    private struct Watched
    {
        public int Id;
        public ReuseKind Kind;
        public int LastUse;
        public int Deadline;
    }
}
