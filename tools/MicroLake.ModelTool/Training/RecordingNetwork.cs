using MicroLake.Nn;
using MicroLake.Nn.Training;
using MicroLake.Replay.Reclaim;

namespace MicroLake.ModelTool.Training;

/// <summary>A network evicts, and what it looks at is written down, with when it was used again: it learns from where its own decisions lead.</summary>
/// <remarks>Ross, Gordon, Bagnell: A reduction of imitation learning and structured prediction to no-regret online learning (DAgger), AISTATS 2011.</remarks>
internal sealed class RecordingNetwork(AccessTrace trace, Capacity capacity, OnnxModel model, TrainingData data, SeededRandom random, double share)
    : NetworkPolicy(trace.ObjectCount, capacity, model)
{
    private readonly int[] _nextUses = trace.NextUses();

    protected override void Look(int id, int now, ReadOnlySpan<float> row)
    {
        if (random.Chance(share))
            data.Add(row, ReuseFeatures.TargetOf((double)_nextUses[History.Features.LastUse(id)] - now, Count));
    }
}
