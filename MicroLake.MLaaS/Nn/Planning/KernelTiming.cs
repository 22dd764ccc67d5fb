using System.Diagnostics;
using System.Runtime.InteropServices;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.Planning;

/// <summary>Finds the fastest kernels for a plan by running it: which win depends on the processor, on whether it is emulated, and on the
/// sizes of the layers.</summary>
internal static unsafe class KernelTiming
{
    private const int Rounds = 40;
    private const int MicrosecondsPerSample = 30;

    // Time is up when the options say so, but not before some rounds: other work on the machine slows whole rounds down.
    private const int FewestRounds = 6;
    private const int MostMicroseconds = 100_000;

    // So many times slower than the best is not noise: in two samples, and later.
    private const double HopelessAtFirst = 3;
    private const double Hopeless = 1.6;

    // A run of more work than this would take longer to time than is worth it.
    private const long MaxWork = 20_000_000;

    // Plain loops win only where there is next to nothing to do.
    private const long MaxScalarWork = 2_000;

    /// <summary>The choice whose best time for <paramref name="plan"/> is least, of those that <paramref name="options"/> leave open.</summary>
    public static KernelChoice Choose(Plan plan, InferenceOptions options)
    {
        List<KernelChoice> choices = Choices(plan, options);
        if (choices.Count == 1 || plan.Work > MaxWork)
            return choices[^1];

        var arena = new AlignedBuffer((int)plan.ArenaBytes);
        AlignedBuffer[] memory = Array.ConvertAll([.. plan.Graph.Inputs, .. plan.Graph.Outputs], (PlanValue v) => new AlignedBuffer((int)v.ByteLength));
        for (int i = 0; i < plan.Graph.Inputs.Length; i++)
            Fill(plan.Graph.Inputs[i], memory[i]);
        // Packed weights of kernels that lose are not kept.
        var plans = new CompiledPlan[choices.Count];
        for (int choice = 0; choice < plans.Length; choice++)
        {
            plans[choice] = plan.Compile(choices[choice], arena, new PackedWeights());
            for (int i = 0; i < memory.Length; i++)
                plans[choice].Slots[i] = memory[i].Address;
        }

        KernelChoice fastest = choices[Fastest(plans, options.TimingMicroseconds)];
        GC.KeepAlive(memory);
        return fastest;
    }

    private static List<KernelChoice> Choices(Plan plan, InferenceOptions options)
    {
        var choices = new List<KernelChoice>();
        bool scalar = plan.Work <= MaxScalarWork || !ComputeBackends.IsAccelerated(ComputeBackend.Vector128);
        foreach (ComputeBackend backend in Enum.GetValues<ComputeBackend>())
        {
            bool candidate = options.Backend is { } given ? backend == given : ComputeBackends.IsAccelerated(backend) && (backend != ComputeBackend.Scalar || scalar);
            if (!candidate)
                continue;
            if (backend == ComputeBackend.Scalar || !plan.HasStacks)
                choices.Add(new(backend, LayerStacking.None));
            else if (options.Stacking is { } stacking)
                choices.Add(new(backend, stacking));
            else
                foreach (LayerStacking way in Stackings(plan))
                    choices.Add(new(backend, way));
        }

        return choices;
    }

    /// <summary>The ways to run a plan that has stacks, without those in which it would run as in another.</summary>
    private static IEnumerable<LayerStacking> Stackings(Plan plan)
    {
        yield return LayerStacking.Rows;
        if (plan.HasGates)
            yield return LayerStacking.GatedRows;
        yield return LayerStacking.None;
    }

    // Not zeros: an emulator computes with them at a speed of their own.
    private static void Fill(PlanValue input, AlignedBuffer memory)
    {
        if (input.Type != ElementType.Float32)
            return;
        var random = new Random(1);
        foreach (ref float value in MemoryMarshal.Cast<byte, float>(memory.Bytes))
            value = random.NextSingle() * 2 - 1;
    }

    /// <summary>Times the plans in turns until the time for it is up; returns the number of the fastest.</summary>
    private static int Fastest(CompiledPlan[] plans, int microseconds)
    {
        // Compilers and emulators translate code when it first runs: the first sample counts for long runs alone.
        double[] best = Array.ConvertAll(plans, Time);
        for (int i = 0; i < plans.Length; i++)
            best[i] = Math.Min(best[i], Time(plans[i]));
        double limit = HopelessAtFirst * best.Min();
        bool[] open = new bool[plans.Length];
        for (int i = 0; i < plans.Length; i++)
            open[i] = best[i] <= limit;
        long start = Stopwatch.GetTimestamp();
        for (int round = 1; round <= Rounds && Stopwatch.GetTimestamp() - start < Ticks(round <= FewestRounds ? MostMicroseconds : microseconds); round++)
        {
            for (int i = 0; i < plans.Length; i++)
                if (open[i])
                    best[i] = Math.Min(best[i], Time(plans[i]));
            limit = Hopeless * best.Min();
            for (int i = 0; i < plans.Length; i++)
                open[i] &= round < FewestRounds || best[i] <= limit;
        }

        return Array.IndexOf(best, best.Min());
    }

    private static double Time(CompiledPlan plan)
    {
        long limit = Ticks(MicrosecondsPerSample), start = Stopwatch.GetTimestamp(), elapsed;
        int runs = 0;
        do
        {
            plan.Run();
            runs++;
            elapsed = Stopwatch.GetTimestamp() - start;
        }
        while (elapsed < limit);
        return (double)elapsed / runs;
    }

    private static long Ticks(int microseconds) => Stopwatch.Frequency * microseconds / 1_000_000;
}
