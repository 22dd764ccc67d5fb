using MicroLake.Nn.Training;
using MicroLake.Replay.Reclaim;

namespace MicroLake.ModelTool.Training;

/// <summary>Evicts by the future or by chance, and writes down what the network would have seen of the objects it could have evicted, with
/// when they were used again.</summary>
internal sealed class RecordingPolicy(AccessTrace trace, Capacity capacity, TrainingData data, SeededRandom random, double wisdom, double share)
    : RankedPolicy(trace.ObjectCount, new(trace.ObjectCount, capacity))
{
    private readonly int[] _nextUses = trace.NextUses();

    protected override int Rank(ReadOnlySpan<int> candidates, int now, Span<double> ranks)
    {
        bool wise = random.Chance(wisdom);
        Span<float> row = stackalloc float[ReuseFeatures.Count];
        for (int i = 0; i < candidates.Length; i++)
        {
            int next = _nextUses[History.Features.LastUse(candidates[i])];
            ranks[i] = wise ? next : random.NextDouble();
            if (!random.Chance(share))
                continue;
            Write(candidates[i], now, row);
            data.Add(row, ReuseFeatures.TargetOf((double)next - now, Count));
        }

        return Greatest(ranks);
    }
}
