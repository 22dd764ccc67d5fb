using MicroLake.Replay.Reclaim;

namespace MicroLake.Storage.Decisions;

/// <summary>
/// The module at <c>mm.reclaim</c> as a policy. What it says is done whether it counts or not: the cache that it decides for holds no data. It gets what models
/// are trained with, from the same code (<see cref="ReuseFeatures"/>). There are no advisers: they would take memory for every page that is known.
/// </summary>
internal sealed class HookPolicy(int objects, Capacity capacity, IDiskHooks hooks) : RankedPolicy(objects, new(objects, capacity))
{
    /// <summary>Models take whole numbers: 256 for 1.</summary>
    private const int Unit = 256;

    private readonly long[] _features = new long[Samples * IDiskHooks.CandidateFeatures];
    private readonly long[] _ranks = new long[Samples];
    private readonly float[] _row = new float[HookedPageCache.FeaturesEach];

    /// <summary>The heuristic's cache: what it does not hold is what it would let go.</summary>
    public ObjectCache? Heuristic { get; set; }

    /// <summary>Whether what the module said counted when it last was not what the heuristic would have done: where they agree it cannot be told.</summary>
    public bool Counts { get; private set; }

    /// <summary>When an object was last used.</summary>
    public int LastUse(int id) => History.Features.LastUse(id);

    protected override int Rank(ReadOnlySpan<int> candidates, int now, Span<double> ranks)
    {
        int count = candidates.Length, heuristic = 0;
        for (int i = count - 1; i >= 0; i--)
        {
            Write(candidates[i], now, _row);
            for (int j = 0; j < HookedPageCache.FeaturesEach; j++)
                _features[i * IDiskHooks.CandidateFeatures + j] = (long)MathF.Round(_row[j] * Unit);
            if (!Heuristic!.Contains(candidates[i]))
                heuristic = i;
        }

        int choice = hooks.Choose(DiskHook.Reclaim, _features.AsSpan(0, count * IDiskHooks.CandidateFeatures), heuristic, out int own, _ranks.AsSpan(0, count));
        if (own != heuristic)
            Counts = choice == own;
        for (int i = 0; i < count; i++)
            ranks[i] = _ranks[i];
        return (uint)own < (uint)count ? own : 0;
    }
}
