using System.Diagnostics;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.Planning;

/// <summary>Finds the fastest kernels for a plan by running it: which width wins depends on the processor, on whether it is emulated,
/// and on the sizes of the layers.</summary>
internal static unsafe class BackendChoice
{
    private const int Rounds = 9;
    private const int MicrosecondsPerRound = 30;

    // A run of more work than this would take longer to time than is worth it.
    private const long MaxWork = 20_000_000;

    /// <summary>The backend whose best time for <paramref name="plan"/> is least.</summary>
    public static ComputeBackend Measure(Plan plan, AlignedBuffer arena)
    {
        ComputeBackend[] candidates = [.. Enum.GetValues<ComputeBackend>().Where(ComputeBackends.IsAccelerated)];
        if (candidates.Length == 1 || plan.Work > MaxWork)
            return candidates[^1];

        AlignedBuffer[] memory = [.. plan.Graph.Inputs.Concat(plan.Graph.Outputs).Select(v => new AlignedBuffer((int)v.ByteLength))];
        var plans = new CompiledPlan[candidates.Length];
        for (int i = 0; i < plans.Length; i++)
        {
            // Packed weights of kernels that lose are not kept.
            plans[i] = plan.Compile(candidates[i], arena, new PackedWeights());
            for (int j = 0; j < memory.Length; j++)
                plans[i].Slots[j] = memory[j].Address;
            plans[i].Run();
        }

        double[] best = new double[plans.Length];
        Array.Fill(best, double.MaxValue);
        for (int round = 0; round < Rounds; round++)
            for (int i = 0; i < plans.Length; i++)
                best[i] = Math.Min(best[i], Time(plans[i]));
        GC.KeepAlive(memory);
        return candidates[Array.IndexOf(best, best.Min())];
    }

    private static double Time(CompiledPlan plan)
    {
        long limit = Stopwatch.Frequency * MicrosecondsPerRound / 1_000_000;
        long start = Stopwatch.GetTimestamp(), elapsed;
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
}
