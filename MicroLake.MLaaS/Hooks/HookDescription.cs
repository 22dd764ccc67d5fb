namespace MicroLake.MLaaS.Hooks;

/// <summary>A decision of the kernel that a module may take over: what it is decided from, and what a decision is.</summary>
public sealed class HookDescription
{
    private HookDescription(int index, string name, string outputUnit, params HookFeature[] features)
    {
        Index = index;
        Name = name;
        OutputUnit = outputUnit;
        Features = features;
    }

    /// <summary>Number in the nucleus's table.</summary>
    public int Index { get; }

    public string Name { get; }

    /// <summary>What a decision is, with its unit.</summary>
    public string OutputUnit { get; }

    /// <summary>What the kernel gives to a decision, in this order.</summary>
    public IReadOnlyList<HookFeature> Features { get; }

    /// <summary>Every hook.</summary>
    public static IReadOnlyList<HookDescription> All { get; } =
    [
        // How far behind the front of the queue a thread stands that has become ready, in virtual run time.
        new(0, "sched.pick", "ns",
            new("burst_ns", "ns"), new("burst1_ns", "ns"), new("burst2_ns", "ns"), new("burst3_ns", "ns"), new("waited_ns", "ns"),
            new("priority", "level"), new("ready", "threads"), new("run_ns", "ns")),
        // Threads to move to the processor that asks.
        new(1, "sched.balance", "threads", new("ready", "threads"), new("other_ready", "threads"), new("idle_ns", "ns")),
        // The rank of a page among those that may go: the greatest goes first.
        new(2, "mm.reclaim", "rank", new("age_ns", "ns"), new("uses", "count"), new("last_distance_ns", "ns"), new("size", "bytes")),
        // Pages to read beyond what is asked for.
        new(3, "mm.prefetch", "pages", new("offset", "pages"), new("last_distance", "pages"), new("run", "pages"), new("hits", "count")),
        // The rank of a request: the least goes first.
        new(4, "io.submit", "rank", new("sector", "sectors"), new("length", "bytes"), new("waiting", "count"), new("write", "flag")),
        // 1: the GPU runs the batch, 0: the processor.
        new(5, "ml.place", "device", new("rows", "count"), new("multiply_adds", "count"), new("queued", "count")),
    ];

    /// <summary>The hook of that name, or null.</summary>
    public static HookDescription? Find(string name)
    {
        foreach (HookDescription hook in All)
            if (hook.Name == name)
                return hook;
        return null;
    }

    /// <summary>The number of a feature, or -1.</summary>
    public int IndexOf(string feature)
    {
        for (int i = 0; i < Features.Count; i++)
            if (Features[i].Name == feature)
                return i;
        return -1;
    }
}
