using System.Diagnostics;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.Planning;

/// <summary>Finds the fastest kernels for a plan by running it: which width wins depends on the processor, on whether it is emulated,
/// and on the sizes of the layers.</summary>
internal static unsafe class BackendChoice
{
    private const int MostRounds = 15;
    private const int MicrosecondsPerSample = 30;
    private const int MicrosecondsInAll = 3000;

    // A run of more work than this would take longer to time than is worth it.
    private const long MaxWork = 20_000_000;

    // Plain loops win only where there is next to nothing to do.
    private const long MaxScalarWork = 2_000;

    /// <summary>The backend whose best time for <paramref name="plan"/> is least.</summary>
    public static ComputeBackend Measure(Plan plan, AlignedBuffer arena)
    {
        ComputeBackend[] candidates = [.. Enum.GetValues<ComputeBackend>()
            .Where(b => ComputeBackends.IsAccelerated(b) && (b != ComputeBackend.Scalar || plan.Work <= MaxScalarWork || !ComputeBackends.IsAccelerated(ComputeBackend.Vector128)))];
        if (candidates.Length == 1 || plan.Work > MaxWork)
            return candidates[^1];

        AlignedBuffer[] memory = [.. plan.Graph.Inputs.Concat(plan.Graph.Outputs).Select(v => new AlignedBuffer((int)v.ByteLength))];
        // Packed weights of kernels that lose are not kept.
        CompiledPlan[] plans = [.. candidates.Select(c => plan.Compile(c, arena, new PackedWeights()))];
        foreach (CompiledPlan candidate in plans)
        {
            for (int i = 0; i < memory.Length; i++)
                candidate.Slots[i] = memory[i].Address;
            candidate.Run();
        }

        ComputeBackend fastest = candidates[Fastest(plans)];
        GC.KeepAlive(memory);
        return fastest;
    }

    /// <summary>Times the plans in turns, at least once each, until the time for it is up; returns the number of the fastest.</summary>
    private static int Fastest(CompiledPlan[] plans)
    {
        long start = Stopwatch.GetTimestamp(), limit = Ticks(MicrosecondsInAll);
        double[] best = new double[plans.Length];
        Array.Fill(best, double.MaxValue);
        for (int round = 0; round < MostRounds && (round == 0 || Stopwatch.GetTimestamp() - start < limit); round++)
            for (int i = 0; i < plans.Length; i++)
                best[i] = Math.Min(best[i], Time(plans[i]));
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
