using System.Diagnostics;
using MicroLake.Nn.Benchmarks;
using MicroLake.Nn.FixedPoint;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Infer;

/// <summary>A small network in whole numbers, one row at a time, by the way that is fastest here.</summary>
/// <param name="network">Widths of its layers, as in names of figures: <c>31_256_2</c>.</param>
public sealed class FixedInference(string network) : IGuestBenchmark
{
    private const double Tolerance = 0.02;
    private const int Rows = 50;
    private const int Runs = 100;

    public string Name => $"infer.{network}.fixed";

    public string Summary => $"a network of {network.Replace('_', '-')} units in fixed point, one row";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        string[] parts = network.Split('_');
        int[] widths = new int[parts.Length];
        for (int i = 0; i < widths.Length; i++)
            widths[i] = int.Parse(parts[i]);
        float[] least = new float[widths[0]], most = new float[widths[0]], rows = new float[Rows * widths[0]], y = new float[widths[^1]];
        Array.Fill(least, -1);
        Array.Fill(most, 1);
        var random = new Random(1);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = random.NextSingle() * 2 - 1;
        FixedPointModel model = FixedPointModel.Create(FeedForward.TryRead(PerceptronModel.Create(1, widths))!, least, most, rows, Tolerance)!;
        return
        [
            Samples.Take(Name, progress, () =>
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < Runs; i++)
                    model.Run(rows.AsSpan(i % Rows * widths[0], widths[0]), y);
                return Samples.Since(start) / Runs;
            }),
        ];
    }
}
