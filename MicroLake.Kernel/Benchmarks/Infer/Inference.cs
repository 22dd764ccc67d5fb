using System.Diagnostics;
using MicroLake.Nn.Benchmarks;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Infer;

/// <summary>A small network at several batch sizes; a result is the time of one batch.</summary>
/// <param name="network">Widths of its layers, as in names of figures: <c>31_256_2</c>.</param>
public sealed class Inference(string network) : IGuestBenchmark
{
    private const double NanosecondsPerSample = 2e6;

    private const int SampleCount = 15;

    public string Name => $"infer.{network}";

    public string Summary => $"a network of {network.Replace('_', '-')} units in float32, at batches of 1 to 512";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        var results = new List<BenchmarkResult>();
        foreach (InferenceCase inference in InferenceCase.All())
            if (inference.Name.StartsWith(Name + ".", StringComparison.Ordinal))
                results.Add(Measure(inference, progress));
        return results;
    }

    private static BenchmarkResult Measure(InferenceCase inference, ProgressLine progress)
    {
        long runs = 1;
        while (Time(inference, runs) < NanosecondsPerSample)
            runs *= 2;
        return Samples.Take(inference.Name, progress, () => Time(inference, runs) / runs, SampleCount);
    }

    private static double Time(InferenceCase inference, long runs)
    {
        long start = Stopwatch.GetTimestamp();
        inference.Run(runs);
        return Samples.Since(start);
    }
}
