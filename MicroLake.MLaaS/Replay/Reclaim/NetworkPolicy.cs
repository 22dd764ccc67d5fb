using MicroLake.Nn;
using MicroLake.Replay.Models;

namespace MicroLake.Replay.Reclaim;

/// <summary>A network says of some objects when they will be used again; the last of them leaves. It looks at what heuristics would make leave,
/// and at others by chance. The best of those that stayed are remembered, and compete with the next ones.</summary>
internal sealed class NetworkPolicy : SampledPolicy
{
    /// <summary>Objects that the network looks at for each one that leaves.</summary>
    public const int Samples = 16;

    private const int Remembered = 16;

    private readonly OrderedPolicy[] _advisers;
    private readonly ReuseHistory _history;
    private readonly RowScorer _scorer;
    private readonly int[] _sampled = new int[Samples];
    private readonly Candidate[] _candidates = new Candidate[Remembered + Samples];
    private int _rememberedCount;

    public NetworkPolicy(int objects, OnnxModel model) : base(objects)
    {
        _advisers = [new LruPolicy(objects), new LfuPolicy(objects), new FrequencyPolicy(objects)];
        _history = new(objects);
        _scorer = RowScorer.Create(model, Samples, ReuseFeatures.Count, ReclaimReplay.Hook);
    }

    public override void Observe(int id, long size, int now)
    {
        foreach (OrderedPolicy adviser in _advisers)
            adviser.Observe(id, size, now);
        _history.Access(id, now, Count);
    }

    public override void Hit(int id, int now)
    {
        foreach (OrderedPolicy adviser in _advisers)
            adviser.Hit(id, now);
        Watch(now);
    }

    public override void Insert(int id, int now)
    {
        foreach (OrderedPolicy adviser in _advisers)
            adviser.Insert(id, now);
        base.Insert(id, now);
        Watch(now);
    }

    public override int Victim(int now)
    {
        for (int i = 0; i < Samples; i++)
        {
            _sampled[i] = i < _advisers.Length ? _advisers[i].Next : Draw();
            _history.Write(_sampled[i], now, Count, _scorer.Rows.AsSpan(i * ReuseFeatures.Count, ReuseFeatures.Count));
        }

        _scorer.Run();
        int count = Forget();
        for (int i = 0; i < Samples; i++)
            count = Add(count, new() { Id = _sampled[i], NextUse = now + Count * PortableMath.Exp2(_scorer.Scores[i]), LastUse = _history.Features.LastUse(_sampled[i]) });
        int victim = _candidates[0].Id;
        _rememberedCount = Math.Min(count - 1, Remembered);
        Array.Copy(_candidates, 1, _candidates, 0, _rememberedCount);
        Remove(victim);
        return victim;
    }

    public override void Remove(int id)
    {
        base.Remove(id);
        foreach (OrderedPolicy adviser in _advisers)
            adviser.Remove(id);
    }

    private void Watch(int now)
    {
        if (_history.Rates.WantsMore(now))
            _history.Watch(Draw(), now, Count);
    }

    /// <summary>Drops remembered ones that have left or were used since.</summary>
    private int Forget()
    {
        int kept = 0;
        for (int i = 0; i < _rememberedCount; i++)
            if (IsHere(_candidates[i].Id) && _history.Features.LastUse(_candidates[i].Id) == _candidates[i].LastUse)
                _candidates[kept++] = _candidates[i];
        return kept;
    }

    /// <summary>Inserts one in the order of the next use, the last first; the newest word on an object counts.</summary>
    private int Add(int count, Candidate candidate)
    {
        int known = Array.FindIndex(_candidates, 0, count, c => c.Id == candidate.Id);
        if (known >= 0)
            Array.Copy(_candidates, known + 1, _candidates, known, --count - known);
        int at = count;
        for (; at > 0 && _candidates[at - 1].NextUse < candidate.NextUse; at--)
            _candidates[at] = _candidates[at - 1];
        _candidates[at] = candidate;
        return count + 1;
    }

    private struct Candidate
    {
        public int Id;
        public double NextUse;
        public int LastUse;
    }
}
