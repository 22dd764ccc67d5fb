using MicroLake.Abi;

namespace MicroLake.Hosting.Hooks;

/// <summary>The hooks of the nucleus: decisions that a module may take over.</summary>
public static unsafe class KernelHooks
{
    private const int MostDecisions = 32;
    private const int StateAlignment = 64;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Address of code that decides 0, to measure what a hook costs by itself.</summary>
    public static nint EmptyEntry => (nint)(delegate*<void*, long*, long>)&DecideNothing;

    /// <summary>Attaches a module to a hook, in the place of the one before if there is one: every decision is by one of them.</summary>
    /// <param name="hook">Number of the hook.</param>
    /// <param name="module">What it must keep to.</param>
    /// <param name="entry">Address of code that takes state and features, gives a decision, and touches nothing else.</param>
    /// <param name="state">Its memory, copied for each processor; a multiple of 64 bytes.</param>
    /// <param name="scope">For whom it decides (<see cref="HookScope"/>).</param>
    /// <exception cref="KernelException">It was refused.</exception>
    public static void Attach(int hook, HookModule module, nint entry, byte[] state, uint scope = HookScope.Everywhere)
    {
        HookAttachment attachment = default;
        attachment.Entry = (delegate*<void*, long*, long>)entry;
        attachment.StateBytes = (ulong)state.Length;
        attachment.Module = module.Module;
        attachment.Version = module.Version;
        attachment.Mode = module.Mode;
        attachment.CanaryPercent = (uint)module.CanaryPercent;
        attachment.BudgetTicks = (ulong)(module.BudgetNanoseconds * Inspection.ClockFrequency() / NanosecondsPerSecond);
        attachment.LeastOutput = module.LeastOutput;
        attachment.MostOutput = module.MostOutput;
        attachment.Window = (uint)module.Window;
        attachment.MostOverBudget = (uint)module.MostOverBudget;
        attachment.MostInputsOutOfRange = (uint)module.MostInputsOutOfRange;
        attachment.MostOutputsOutOfRange = (uint)module.MostOutputsOutOfRange;
        attachment.MostOutcome = (ulong)module.MostOutcome;
        attachment.MostWorse = (uint)module.MostWorse;
        attachment.OutcomeWindow = (ulong)module.OutcomeWindow;
        attachment.Baseline = (ulong)module.Baseline;
        attachment.Features = (uint)module.LeastInputs.Length;
        attachment.SaysOutside = module.AsksModel ? 1u : 0;
        for (int i = 0; i < module.LeastInputs.Length; i++)
        {
            attachment.LeastInputs[i] = module.LeastInputs[i];
            attachment.MostInputs[i] = module.MostInputs[i];
        }

        fixed (byte* memory = state)
            KernelException.ThrowUnlessOk(KernelCall.HookAttach(hook, scope, &attachment, memory), "the hook");
    }

    /// <summary>What a policy is attached with, and what it may call.</summary>
    public static PolicyFunctions PolicyFunctions
    {
        get
        {
            PolicyFunctions functions;
            KernelCall.PolicyFunctions(&functions);
            return functions;
        }
    }

    /// <summary>The state of a policy, for <see cref="Attach"/>.</summary>
    /// <param name="code">Address of its machine code.</param>
    /// <param name="features">Numbers of its context.</param>
    /// <param name="model">Address of the code of its model; 0 without one.</param>
    /// <param name="modelState">Memory of the model.</param>
    /// <param name="modelRanges">Least and greatest of each number that the model takes.</param>
    public static byte[] PolicyState(nint code, int features, nint model, byte[] modelState, long[] modelRanges)
    {
        int head = (sizeof(PolicyHead) + (modelRanges.Length * sizeof(long)) + StateAlignment - 1) / StateAlignment * StateAlignment;
        byte[] state = new byte[head + modelState.Length];
        fixed (byte* start = state)
        {
            *(PolicyHead*)start = new PolicyHead
            {
                Code = (delegate*<void*, long>)code,
                Model = (delegate*<void*, long*, long>)model,
                ModelOffset = (uint)head,
                ModelInputs = (uint)modelRanges.Length / 2,
                Features = (uint)features,
                RangesOffset = (uint)sizeof(PolicyHead),
            };
            modelRanges.CopyTo(new Span<long>(start + sizeof(PolicyHead), modelRanges.Length));
        }

        modelState.CopyTo(state.AsSpan(head));
        return state;
    }

    /// <summary>Takes the module off a hook; on return its code and memory are in no use.</summary>
    public static void Detach(int hook, uint scope = HookScope.Everywhere)
    {
        Status status = KernelCall.HookDetach(hook, scope);
        // One that never had a module has none now; a process that has ended took its module with it.
        if (status != Status.NotFound)
            KernelException.ThrowUnlessOk(status, "the hook");
    }

    /// <summary>Changes what a module's decisions are worth. False: none is attached (any more).</summary>
    /// <param name="hook">Number of the hook.</param>
    /// <param name="mode">What they are worth.</param>
    /// <param name="baseline">What they are held to (<see cref="HookModule.Baseline"/>).</param>
    /// <param name="scope">For whom it decides.</param>
    public static bool SetMode(int hook, HookMode mode, long baseline, uint scope = HookScope.Everywhere) =>
        KernelCall.HookSetMode(hook, scope, mode, (ulong)baseline) == Status.Ok;

    /// <summary>The counters of everybody's hook.</summary>
    public static HookReading Read(int hook) =>
        Find(hook, HookScope.Everywhere) ?? throw new ArgumentOutOfRangeException(nameof(hook));

    /// <summary>The counters of a scope's hook; null: no module is there, or the process has ended.</summary>
    public static HookReading? Find(int hook, uint scope)
    {
        HookState state;
        if (KernelCall.HookDescribe(hook, scope, &state) == 0)
            return null;
        long[] histogram = new long[HookState.Buckets];
        for (int i = 0; i < histogram.Length; i++)
            histogram[i] = (long)state.Histogram[i];
        return new HookReading
        {
            ByHeuristic = (long)state.ByHeuristic,
            ByModule = (long)state.ByModule,
            Asked = (long)state.Asked,
            Agreed = (long)state.Agreed,
            OverBudget = (long)state.OverBudget,
            InputsOutOfRange = (long)state.InputsOutOfRange,
            OutputsOutOfRange = (long)state.OutputsOutOfRange,
            MeanNanoseconds = state.Asked == 0 ? 0 : Nanoseconds((long)state.Ticks) / state.Asked,
            MostNanoseconds = Nanoseconds((long)state.MostTicks),
            Outcomes = (long)state.Outcomes,
            MeanBaseline = state.Outcomes == 0 ? 0 : (double)state.BaselineSum / state.Outcomes,
            MeanOutcome = state.Outcomes == 0 ? 0 : (double)state.OutcomeSum / state.Outcomes,
            RecentBaseline = state.Recent == 0 ? 0 : (double)state.RecentBaselineSum / state.Recent,
            RecentOutcome = state.Recent == 0 ? 0 : (double)state.RecentSum / state.Recent,
            WorstOutcome = (long)state.WorstOutcome,
            Module = state.Module,
            Mode = state.Mode,
            Trip = state.Trip,
            Histogram = histogram,
        };
    }

    /// <summary>How long decisions in a bucket of <see cref="HookReading.Histogram"/> took at most.</summary>
    public static double BucketNanoseconds(int bucket) => Nanoseconds(1L << (bucket + 7));

    /// <summary>The last decisions that a module was asked for, the youngest first.</summary>
    public static List<HookRecord> Decisions(int hook, uint scope = HookScope.Everywhere)
    {
        var decisions = new HookDecision[MostDecisions];
        int count;
        fixed (HookDecision* start = decisions)
            count = KernelCall.HookDecisions(hook, scope, start, MostDecisions);
        var records = new List<HookRecord>();
        for (int i = 0; i < count; i++)
        {
            ref HookDecision decision = ref decisions[i];
            long[] features = new long[HookAttachment.MaxFeatures];
            for (int j = 0; j < features.Length; j++)
                features[j] = decision.Features[j];
            records.Add(new(
                (long)decision.Sequence, (int)decision.Version, decision.Heuristic, decision.Module, decision.Chosen, (long)Nanoseconds(decision.Ticks),
                (long)decision.Time, (uint)decision.Processor, features));
        }

        return records;
    }

    /// <summary>The process that the calling thread works for: whose call it has to answer. 0: nobody's, or no module is at the hook, for whomever.</summary>
    public static uint Client(int hook) => KernelCall.HookClient(hook);

    /// <summary>Whether a module takes part in decisions for a process; 0: in those for nobody in particular.</summary>
    public static bool IsAttached(int hook, uint client = 0) => KernelCall.HookModeFor(hook, client) != HookMode.Heuristic;

    /// <summary>Whether a module's decisions for a process may count, be it a share of them; 0: for nobody in particular.</summary>
    public static bool MayCount(int hook, uint client = 0) => KernelCall.HookModeFor(hook, client) >= HookMode.Canary;

    /// <summary>A decision for a service of the kernel.</summary>
    /// <param name="hook">Number of the hook.</param>
    /// <param name="features">As many as the hook has.</param>
    /// <param name="heuristic">What is decided without a module.</param>
    /// <param name="client">The process for which it is decided; 0: for nobody in particular, by everybody's module.</param>
    public static long Decide(int hook, ReadOnlySpan<long> features, long heuristic, uint client = 0)
    {
        fixed (long* start = features)
            return KernelCall.HookDecide(hook, client, start, (uint)features.Length, heuristic);
    }

    /// <summary>A choice among candidates for a service of the kernel.</summary>
    /// <param name="hook">Number of the hook.</param>
    /// <param name="features"><see cref="HookAttachment.MaxFeatures"/> numbers for each candidate.</param>
    /// <param name="heuristic">What is chosen without a module; negative: none of them.</param>
    /// <param name="own">The module's choice, whether it counts or not; the heuristic's where there is none.</param>
    /// <param name="ranks">Room for the module's rank of each candidate, 0 where there is no module; or none.</param>
    /// <param name="client">As for <see cref="Decide"/>.</param>
    public static int Choose(int hook, ReadOnlySpan<long> features, int heuristic, out int own, Span<long> ranks = default, uint client = 0)
    {
        long modules;
        int count = features.Length / HookAttachment.MaxFeatures;
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks.Length, ranks.IsEmpty ? 0 : count, nameof(ranks));
        fixed (long* start = features, ranked = ranks)
        {
            var choice = (int)KernelCall.HookChoose(hook, client, start, (uint)count, heuristic, &modules, ranked);
            own = (int)modules;
            return choice;
        }
    }

    /// <summary>What came of decisions, and what would have come of the heuristic's at the same time, negative where nobody can tell; less is better.</summary>
    public static void Outcome(int hook, long value, long baseline, uint client = 0) => KernelCall.HookOutcome(hook, client, (ulong)value, baseline);

    private static long DecideNothing(void* state, long* features) => 0;

    private static double Nanoseconds(long ticks) => (double)ticks * NanosecondsPerSecond / Inspection.ClockFrequency();
}
