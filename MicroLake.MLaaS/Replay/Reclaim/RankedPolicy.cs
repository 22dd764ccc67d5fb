namespace MicroLake.Replay.Reclaim;

/// <summary>Some objects are ranked whenever one must leave, and the one with the greatest rank does: those that others advise, those that came next at the last
/// time, and others by chance.</summary>
/// <param name="objects">They are numbered from 0 up to, but not, this.</param>
/// <param name="beside">Heuristics that the model learns from. Who holds this policy tells them of every use, before this policy.</param>
/// <param name="advisers">What they would make leave is ranked.</param>
internal abstract class RankedPolicy(int objects, HeuristicsBeside beside, params OrderedPolicy[] advisers) : SampledPolicy(objects)
{
    /// <summary>Objects that are ranked for each one that leaves.</summary>
    public const int Samples = 16;

    /// <summary>Objects that are ranked again the next time. More of them leave less room for others, and are older news.</summary>
    private const int Remembered = 5;

    private readonly int[] _candidates = new int[Samples];
    private readonly double[] _ranks = new double[Samples];
    private readonly int[] _next = new int[Remembered];
    private int _nextCount;

    /// <summary>Of each object that is here when it came, and how often it was used since.</summary>
    private readonly int[] _came = new int[objects];
    private readonly int[] _usesHere = new int[objects];

    public HeuristicsBeside Beside => beside;

    protected ReuseHistory History { get; } = new(objects);

    public override void Observe(int id, long size, int now)
    {
        foreach (OrderedPolicy adviser in advisers)
            adviser.Observe(id, size, now);
        History.Access(id, now, Count);
    }

    public override void Hit(int id, int now)
    {
        foreach (OrderedPolicy adviser in advisers)
            adviser.Hit(id, now);
        _usesHere[id]++;
        Watch(now);
    }

    public override void Insert(int id, int now)
    {
        foreach (OrderedPolicy adviser in advisers)
            adviser.Insert(id, now);
        (_came[id], _usesHere[id]) = (now, 1);
        base.Insert(id, now);
        Watch(now);
    }

    public override int Victim(int now)
    {
        int count = Gather();
        int leaves = Rank(_candidates.AsSpan(0, count), now, _ranks.AsSpan(0, count));
        int victim = _candidates[leaves];
        // It must not be among the next.
        _ranks[leaves] = double.NegativeInfinity;
        _nextCount = Math.Min(Remembered, count - 1);
        for (int i = 0; i < _nextCount; i++)
        {
            int best = Greatest(_ranks.AsSpan(0, count));
            _next[i] = _candidates[best];
            _ranks[best] = double.NegativeInfinity;
        }

        Remove(victim);
        return victim;
    }

    public override void Remove(int id)
    {
        base.Remove(id);
        foreach (OrderedPolicy adviser in advisers)
            adviser.Remove(id);
    }

    public override void Forget(int id)
    {
        foreach (OrderedPolicy adviser in advisers)
            adviser.Forget(id);
        History.Features.Forget(id);
    }

    /// <summary>Ranks objects that are here; returns which of them leaves.</summary>
    /// <param name="ranks">Of each, to be written; not NaN.</param>
    protected abstract int Rank(ReadOnlySpan<int> candidates, int now, Span<double> ranks);

    /// <summary>What a model sees of an object that is here.</summary>
    protected void Write(int id, int now, Span<float> row) =>
        History.Write(id, now, Count, new() { Beside = beside, Came = _came[id], Uses = _usesHere[id] }, row);

    /// <summary>The first of the greatest.</summary>
    protected static int Greatest(ReadOnlySpan<double> ranks)
    {
        int greatest = 0;
        for (int i = 1; i < ranks.Length; i++)
            if (ranks[i] > ranks[greatest])
                greatest = i;
        return greatest;
    }

    private int Gather()
    {
        int count = 0;
        foreach (OrderedPolicy adviser in advisers)
            Add(adviser.Next, ref count);
        foreach (int id in _next.AsSpan(0, _nextCount))
            if (IsHere(id))
                Add(id, ref count);
        // In a small cache the same ones are drawn again and again.
        for (int i = 0; i < 2 * Samples && count < Samples; i++)
            Add(Draw(), ref count);
        return count;
    }

    private void Add(int id, ref int count)
    {
        if (_candidates.AsSpan(0, count).IndexOf(id) < 0)
            _candidates[count++] = id;
    }

    private void Watch(int now)
    {
        if (!History.Rates.WantsMore(now))
            return;
        int id = Draw();
        History.Watch(id, now, Count, beside.HoldersOf(id));
    }
}
