using MicroLake.MLaaS.Guardrails;
using MicroLake.MLaaS.Packages;
using MicroLake.Policies;
using MicroLake.Policies.Helpers;

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

    /// <summary>Why no module decides for one process or a tenant alone; null: one may.</summary>
    public string? WhyGlobal { get; private init; }

    /// <summary>A decision is a choice among candidates, of which the module ranks each: the greatest rank is chosen.</summary>
    public bool IsChoice => OutputUnit == "rank";

    /// <summary>What comes of its decisions, of which less is better.</summary>
    public HookOutcome Outcome { get; private init; } = HookOutcome.Waiting;

    /// <summary>What the kernel gives to a decision, in this order.</summary>
    public IReadOnlyList<HookFeature> Features { get; }

    /// <summary>Every hook.</summary>
    public static IReadOnlyList<HookDescription> All { get; } =
    [
        // How far behind the front of the queue a thread stands that has become ready, in virtual run time.
        new(0, "sched.pick", "ns",
            new("burst_ns", "ns"), new("burst1_ns", "ns"), new("burst2_ns", "ns"), new("burst3_ns", "ns"), new("waited_ns", "ns"),
            new("priority", "level"), new("ready", "threads"), new("run_ns", "ns"),
            // Of the process, and of runs that have ended before it began: none of the kernel.
            new("process_run_ns", "ns"), new("declared_ns", "ns"), new("command_last", "log2_ns/256"), new("command_before_last", "log2_ns/256"),
            new("command_mean", "log2_ns/256"), new("command_runs", "count"), new("program_mean", "log2_ns/256"), new("usual_mean", "log2_ns/256")),
        // Threads that a processor without work takes from another's queue; the last two features are of the first that waits there.
        new(1, "sched.balance", "threads", new("other_ready", "threads"), new("idle", "processors"), new("waited_ns", "ns"), new("burst_ns", "ns"))
            { WhyGlobal = "the threads that it moves are those of all processes" },
        // The rank of a page among those that may go: the greatest goes first. Distances are counted in uses of pages, as shares of the cache's size.
        new(2, "mm.reclaim", "rank",
            new("age", "log2_of_cache/256"), new("gap_1", "log2_of_cache/256"), new("gap_2", "log2_of_cache/256"), new("gap_3", "log2_of_cache/256"),
            new("gap_mean", "log2_of_cache/256"), new("uses", "log2/256"), new("use_interval", "log2_of_cache/256"),
            new("left_of_gap_1", "signed_log2/256"), new("left_of_gap_2", "signed_log2/256"), new("left_of_gap_mean", "signed_log2/256"),
            new("gap_1_to_2", "log2/256"), new("gap_1_to_3", "log2/256"), new("reuse_of_narrow_kind", "share/256"),
            new("reuse_of_wide_kind", "share/256"), new("recent_first_uses", "share/256"), new("recent_second_uses", "share/256"),
            new("recent_cohort_uses", "log2/256"), new("cohort_uses", "log2/256"), new("fading_uses", "log2/256"), new("recent_old_uses", "share/256"),
            new("recent_uses_beyond_age", "log2/256"), new("recent_gap_change", "log2/256"), new("recent_long_gaps", "share/256"),
            new("recent_gap", "log2_of_cache/256"), new("age_beyond_lru", "log2/256"), new("uses_beyond_least", "log2/256"),
            new("reuse_of_held_kind", "share/256"), new("stay", "log2_of_cache/256"), new("uses_here", "log2/256"), new("recent_lead_of_lru", "share/256"))
            { WhyGlobal = "all who read files share the pages of the cache", Outcome = HookOutcome.Misses },
        // Pages to read beyond what is asked for.
        new(3, "mm.prefetch", "pages",
            new("page", "pages"), new("count", "pages"), new("file_pages", "pages"), new("run", "pages"), new("step_1", "pages"), new("step_2", "pages"),
            new("step_3", "pages"))
            { Outcome = HookOutcome.Misses },
        // The rank of a request among those that wait for the disk of /data: the greatest goes next. Kinds: 0 reads, 1 changes, 2 writes changed pages back,
        // which is under way and may go on or let a read go first.
        new(4, "io.submit", "rank",
            new("kind", "kind"), new("file", "inode"), new("page", "pages"), new("pages", "pages"), new("waited_ns", "ns"), new("passed", "count"),
            new("waiting", "count")),
        // 1: the GPU runs the batch, 0: the processor.
        new(5, "ml.place", "device", new("rows", "count"), new("multiply_adds", "count"), new("queued", "count")) { Outcome = HookOutcome.Unknown },
    ];

    /// <summary>The hook of that name, or null.</summary>
    public static HookDescription? Find(string name)
    {
        foreach (HookDescription hook in All)
            if (hook.Name == name)
                return hook;
        return null;
    }

    /// <summary>The hook that a module is for, whose features are those that the manifest names.</summary>
    /// <param name="manifest">Of the module.</param>
    /// <param name="isAskedByPolicy">The module's policy makes the numbers that its model takes, which need not be the hook's features.</param>
    /// <exception cref="ModuleException">There is no such hook, or it is another one than the module was made for.</exception>
    public static HookDescription For(ModuleManifest manifest, bool isAskedByPolicy)
    {
        if (Find(manifest.Hook) is not { } hook)
            throw new ModuleException($"there is no hook \"{manifest.Hook}\"; hooks are {string.Join(", ", Names())}");
        foreach (ModuleInput input in manifest.Inputs)
        {
            int index = isAskedByPolicy ? hook.IndexOf(input.Feature) : hook.Require(input.Feature);
            if (index >= 0 && hook.Features[index].Unit != input.Unit)
                throw new ModuleException($"\"{input.Feature}\" is in {hook.Features[index].Unit}, and the model was trained with {input.Unit}; train it again, or correct the manifest");
        }

        foreach (string feature in manifest.Policy.Features ?? [])
            _ = hook.Require(feature);
        if (manifest.Output.Unit != hook.OutputUnit)
            throw new ModuleException($"a decision of {hook.Name} is in {hook.OutputUnit}, not in {manifest.Output.Unit}");
        foreach (Guardrail guardrail in manifest.Guardrails)
        {
            if (guardrail.Property == GuardrailProperty.Starvation && hook.Outcome != HookOutcome.Waiting)
                throw new ModuleException($"nobody waits for decisions of {hook.Name}, so the guardrail {guardrail.Name} would watch nothing; leave it out");
            if (guardrail.Property == GuardrailProperty.WorseThanHeuristic && hook.Outcome == HookOutcome.Unknown)
                throw new ModuleException($"what comes of decisions of {hook.Name} is not known, so the guardrail {guardrail.Name} would watch nothing; leave it out");
        }

        return hook;
    }

    /// <summary>What the verifier holds policies for this hook to.</summary>
    /// <param name="grants">What the module's manifest lets its policy see and call.</param>
    /// <param name="helpers">Those that there are.</param>
    /// <exception cref="ModuleException">There is no helper of a name that is granted.</exception>
    public ProgramType ProgramType(PolicyGrants grants, HelperTable helpers) =>
        Policies.ProgramType.ForFeatures(Name, FeatureNames(), grants.HelpersOf(helpers), grants.Features ?? []);

    /// <summary>The number of a feature, or -1.</summary>
    public int IndexOf(string feature)
    {
        for (int i = 0; i < Features.Count; i++)
            if (Features[i].Name == feature)
                return i;
        return -1;
    }

    /// <exception cref="ModuleException">There is no such feature.</exception>
    private int Require(string feature) => IndexOf(feature) is var index and >= 0
        ? index
        : throw new ModuleException($"{Name} has no feature \"{feature}\"; it has {string.Join(", ", FeatureNames())}");

    private List<string> FeatureNames()
    {
        var names = new List<string>();
        foreach (HookFeature feature in Features)
            names.Add(feature.Name);
        return names;
    }

    private static List<string> Names()
    {
        var names = new List<string>();
        foreach (HookDescription hook in All)
            names.Add(hook.Name);
        return names;
    }
}
