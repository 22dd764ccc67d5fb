using System.Diagnostics;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Scheduling;

/// <summary>How long <see cref="Parallel.For(int, int, Action{int})"/> on all processors takes, as a share of the time of a plain loop over the same work on one: with four that are
/// otherwise idle 0.25 would be perfect.</summary>
public sealed class ParallelLoop : IGuestBenchmark
{
    private const int Pieces = 64;
    private const int StepsPerPiece = 40_000;
    private const int SampleCount = 15;

    private readonly ulong[] _results = new ulong[Pieces];

    public string Name => "sched.parallel_for";

    public string Summary => "Parallel.For on all processors beside a loop on one, as a share of its time";

    /// <summary>Nothing where there is one processor only.</summary>
    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        if (Environment.ProcessorCount == 1)
            return [];
        return [Samples.Take(Name, progress, () =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Pieces; i++)
                Work(i);
            double alone = Samples.Since(start);
            start = Stopwatch.GetTimestamp();
            Parallel.For(0, Pieces, Work);
            return Samples.Since(start) / alone;
        }, SampleCount, "ratio")];
    }

    /// <summary>A linear congruential sequence: arithmetic that needs no memory.</summary>
    private void Work(int piece)
    {
        ulong value = (ulong)piece;
        for (int i = 0; i < StepsPerPiece; i++)
            value = value * 6364136223846793005 + 1442695040888963407;
        _results[piece] = value;
    }
}
