using MicroLake.Nn;
using MicroLake.Replay.Report;

namespace MicroLake.Replay.Reclaim;

/// <summary><c>replay mm.reclaim</c>: accesses to objects through a cache, by every policy.</summary>
public static class ReclaimReplay
{
    public const string Hook = "mm.reclaim";
    public const string Module = "mm-reuse";

    /// <summary>The network alone, without the guard: what its own cache holds while the module runs.</summary>
    private const string Network = "mm-reuse-unguarded";

    internal static readonly PolicyName[] Policies =
    [
        new("fifo", PolicyKind.Heuristic), new("clock", PolicyKind.Heuristic), new("lru", PolicyKind.Heuristic), new("lfu", PolicyKind.Heuristic),
        new(Network, PolicyKind.Model), new(Module, PolicyKind.Model),
        new("belady", PolicyKind.Oracle),
    ];

    /// <param name="policy">The one model to show, or null for all.</param>
    /// <param name="model">Predicts reuse.</param>
    public static ReplayReport Run(AccessTrace trace, Capacity capacity, string? policy, OnnxModel model, CancellationToken cancellation = default)
    {
        var results = new List<(PolicyName Policy, ObjectCache Cache)>();
        (GuardedPolicy Guard, ObjectCache Cache)? module = null;
        foreach (PolicyName name in PolicyName.Chosen(Policies, policy))
            results.Add((name, name.Name switch
            {
                Network => AsModule().Guard.Own,
                Module => AsModule().Cache,
                _ => Replay(trace, capacity, Create(name.Name, trace, capacity, model), cancellation),
            }));

        (GuardedPolicy Guard, ObjectCache Cache) AsModule()
        {
            if (module is null)
            {
                GuardedPolicy guard = CreateModule(trace, capacity, model);
                module = (guard, Replay(trace, capacity, guard, cancellation));
            }

            return module.Value;
        }

        long Hits(string name) => results.Find(r => r.Policy.Name == name).Cache.Hits;
        long best = Math.Max(Hits("clock"), Math.Max(Hits("lru"), Hits("lfu"))), oracle = Hits("belady");
        double bytes = 0;
        foreach (long size in trace.Sizes)
            bytes += size;

        var report = new ReplayReport(Hook, ("policy", "policy"), ("kind", "kind"), ("hits", "hits"), ("hit rate", "hitRate"), ("byte hit rate", "byteHitRate"), ("gap closed", "gapClosed"));
        report.AddFact("accesses", trace.Length);
        report.AddFact("objects", trace.ObjectCount);
        report.AddFact("capacity", capacity.ToString());
        foreach ((PolicyName name, ObjectCache cache) in results)
            report.AddRow(name.Name, name.Word, cache.Hits, ReportValue.Of((double)cache.Hits / trace.Length, 4), ReportValue.Of(bytes == 0 ? double.NaN : cache.HitBytes / bytes, 4),
                ReportValue.Of(oracle > best ? (double)(cache.Hits - best) / (oracle - best) : double.NaN, 3));
        report.AddNote("gap closed: share of the hits that belady has over the best of clock, lru and lfu");
        if (module is not null)
            report.AddNote($"{Module} followed {Shares(module.Value.Guard.Led)}");
        return report;
    }

    /// <summary>Runs a whole trace through a cache.</summary>
    internal static ObjectCache Replay(AccessTrace trace, Capacity capacity, EvictionPolicy policy, CancellationToken cancellation = default)
    {
        var cache = new ObjectCache(trace.ObjectCount, capacity, policy);
        for (int now = 0; now < trace.Length; now++)
        {
            if ((now & 0xFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            cache.Access(trace.Objects[now], trace.Sizes[now], now);
        }

        return cache;
    }

    internal static EvictionPolicy Create(string policy, AccessTrace trace, Capacity capacity, OnnxModel model)
    {
        int objects = trace.ObjectCount;
        return policy switch
        {
            "fifo" => new FifoPolicy(objects),
            "clock" => new ClockPolicy(objects),
            "lru" => new LruPolicy(objects),
            "lfu" => new LfuPolicy(objects),
            "belady" => new BeladyPolicy(objects, trace.NextUses()),
            _ => CreateModule(trace, capacity, model),
        };
    }

    private static GuardedPolicy CreateModule(AccessTrace trace, Capacity capacity, OnnxModel model) =>
        new(trace.ObjectCount, capacity, new NetworkPolicy(trace.ObjectCount, capacity, model));

    private static string Shares(long[] led)
    {
        string[] names = ["the network", "lru", "clock", "the most used"];
        long all = Math.Max(1, led[0] + led[1] + led[2] + led[3]);
        return string.Join(", ", Array.ConvertAll([0, 1, 2, 3], i => $"{names[i]} {100 * led[i] / all} %"));
    }
}
