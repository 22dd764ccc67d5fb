using System.Diagnostics;
using MicroLake.Nn.Gpu.Search;
using MicroLake.Nn.Gpu.Sharing;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Gpu;

/// <summary>The 8 nearest of 4,096 points of 16 numbers, by the processor and by the GPU; a result is the time of a batch of rows.</summary>
/// <param name="service">The GPU.</param>
public sealed class GpuSearch(GpuService service) : IGuestBenchmark
{
    private const int Points = 4096;
    private const int Dimensions = 16;
    private const int Nearest = 8;
    private const int SampleCount = 5;

    private static readonly int[] s_batches = [1, 8, 64, 256];
    private static readonly FairClient s_client = new("bench", 1, 4, isUrgent: false);

    public string Name => "gpu.knn";

    public string Summary => "the 8 nearest of 4,096 points of 16 numbers, for 1 to 256 rows";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        var results = new List<BenchmarkResult>();
        float[] points = Random(1, Points * Dimensions);
        using var search = new GpuNearestPoints(service, s_client, points, Dimensions, Nearest);
        foreach (int batch in s_batches)
        {
            float[] rows = Random(2, batch * Dimensions), distances = new float[batch * Nearest];
            int[] expected = new int[batch * Nearest], found = new int[batch * Nearest];
            results.Add(Measure($"{Name}.b{batch}.cpu", progress, () => NearestPoints.Find(points, Dimensions, rows, expected, distances)));
            results.Add(Measure($"{Name}.b{batch}.gpu", progress, () => search.Find(rows, found, distances)));
            if (search.Failure is { } failure)
                throw new CommandException($"{Name}: the GPU failed: {failure}", "start again");
            int differ = 0;
            for (int i = 0; i < found.Length; i++)
                differ += found[i] != expected[i] ? 1 : 0;
            // Two points may be so nearly as far away that rounding decides; more than that is an error.
            if (differ > 2 + found.Length / 100)
                throw new CommandException($"{Name}: {differ} of {found.Length} points are not those that the processor finds", "see the log of QEMU");
        }

        return results;
    }

    private static BenchmarkResult Measure(string name, ProgressLine progress, Action action) => Samples.Take(name, progress, () =>
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Samples.Since(start);
    }, SampleCount);

    private static float[] Random(int seed, int count)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle();
        return values;
    }
}
