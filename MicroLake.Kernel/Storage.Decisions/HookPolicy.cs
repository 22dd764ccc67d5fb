using MicroLake.Replay.Reclaim;

namespace MicroLake.Storage.Decisions;

/// <summary>
/// The module at <c>mm.reclaim</c> as a policy: it ranks the objects in turns, sixteen for each that leaves. What it says is done whether it counts or
/// not: the cache that it decides for holds no data. It gets what models are trained with, from the same code (<see cref="ReuseFeatures"/>).
/// </summary>
internal sealed class HookPolicy(int objects, IDiskHooks hooks) : SampledPolicy(objects)
{
    private const int Candidates = 16;

    /// <summary>Models take whole numbers: 256 for 1.</summary>
    private const int Unit = 256;

    private readonly ReuseHistory _history = new(objects);
    private readonly int[] _candidates = new int[Candidates];
    private readonly long[] _features = new long[Candidates * HookedPageCache.FeaturesEach];
    private readonly float[] _row = new float[HookedPageCache.FeaturesEach];
    private int _hand;

    /// <summary>The heuristic's cache: what it does not hold is what it would let go.</summary>
    public ObjectCache? Heuristic { get; set; }

    /// <summary>Whether what the module says counts, as far as has been seen: it does not while it is a shadow.</summary>
    public bool Counts { get; private set; }

    public override void Observe(int id, long size, int now) => _history.Access(id, now, Count);

    public override void Hit(int id, int now) => Watch(now);

    public override void Insert(int id, int now)
    {
        base.Insert(id, now);
        Watch(now);
    }

    public override int Victim(int now)
    {
        int count = Math.Min(Candidates, Count), heuristic = 0;
        for (int i = count - 1; i >= 0; i--)
        {
            int id = _candidates[i] = At(_hand++ % Count);
            _history.Write(id, now, Count, _row);
            for (int j = 0; j < HookedPageCache.FeaturesEach; j++)
                _features[i * HookedPageCache.FeaturesEach + j] = (long)MathF.Round(_row[j] * Unit);
            if (!Heuristic!.Contains(id))
                heuristic = i;
        }

        int choice = hooks.Choose(DiskHook.Reclaim, _features.AsSpan(0, count * HookedPageCache.FeaturesEach), heuristic, out int own);
        if (own != heuristic)
            Counts = choice == own;
        int victim = _candidates[(uint)own < (uint)count ? own : 0];
        Remove(victim);
        return victim;
    }

    public override void Forget(int id) => _history.Features.Forget(id);

    private void Watch(int now)
    {
        if (_history.Rates.WantsMore(now))
            _history.Watch(Draw(), now, Count);
    }
}
