using MicroLake.Nn;
using MicroLake.Replay.Models;

namespace MicroLake.Replay.Reclaim;

/// <summary>A network says of some objects when they will be used again; the last of them leaves. It looks at what heuristics would make leave, too.</summary>
internal class NetworkPolicy(int objects, Capacity capacity, OnnxModel model)
    : RankedPolicy(objects, new(objects, capacity), new LruPolicy(objects), new LfuPolicy(objects), new FrequencyPolicy(objects))
{
    private readonly RowScorer _scorer = RowScorer.Create(model, Samples, ReuseFeatures.Count, ReclaimReplay.Hook);

    protected override int Rank(ReadOnlySpan<int> candidates, int now, Span<double> ranks)
    {
        for (int i = 0; i < candidates.Length; i++)
        {
            Span<float> row = _scorer.Rows.AsSpan(i * ReuseFeatures.Count, ReuseFeatures.Count);
            Write(candidates[i], now, row);
            Look(candidates[i], now, row);
        }

        _scorer.Run();
        for (int i = 0; i < candidates.Length; i++)
            ranks[i] = _scorer.Scores[i];
        return Greatest(ranks);
    }

    /// <summary>What the network sees of an object.</summary>
    protected virtual void Look(int id, int now, ReadOnlySpan<float> row)
    {
    }
}
