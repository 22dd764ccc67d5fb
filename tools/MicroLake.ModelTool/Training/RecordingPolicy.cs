using MicroLake.Nn.Training;
using MicroLake.Replay.Reclaim;

namespace MicroLake.ModelTool.Training;

/// <summary>Evicts by the future or by chance, and writes down what the network would have seen of the objects it could have evicted, with
/// when they were used again.</summary>
internal sealed class RecordingPolicy(AccessTrace trace, TrainingData data, SeededRandom random, double wisdom, double share) : SampledPolicy(trace.ObjectCount)
{
    private readonly int[] _nextUses = trace.NextUses();
    private readonly ReuseHistory _history = new(trace.ObjectCount);

    public override void Observe(int id, long size, int now) => _history.Access(id, now, Count);

    public override void Hit(int id, int now) => Watch(now);

    public override void Insert(int id, int now)
    {
        base.Insert(id, now);
        Watch(now);
    }

    public override int Victim(int now)
    {
        int victim = Draw();
        bool wise = random.Chance(wisdom);
        for (int i = 0; i < RankedPolicy.Samples; i++)
        {
            int id = Draw();
            if (random.Chance(share))
                Record(id, now);
            if (wise && NextUse(id) > NextUse(victim))
                victim = id;
        }

        Remove(victim);
        return victim;
    }

    private int NextUse(int id) => _nextUses[_history.Features.LastUse(id)];

    private void Record(int id, int now)
    {
        Span<float> row = stackalloc float[ReuseFeatures.Count];
        _history.Write(id, now, Count, row);
        data.Add(row, ReuseFeatures.TargetOf((double)NextUse(id) - now, Count));
    }

    private void Watch(int now)
    {
        if (_history.Rates.WantsMore(now))
            _history.Watch(Draw(), now, Count);
    }
}
