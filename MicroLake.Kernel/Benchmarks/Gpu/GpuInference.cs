using System.Diagnostics;
using MicroLake.Nn;
using MicroLake.Nn.Benchmarks;
using MicroLake.Nn.FixedPoint;
using MicroLake.Nn.Gpu.Placement;
using MicroLake.Nn.Gpu.Sharing;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Gpu;

/// <summary>A network on the processor in float32 and in whole numbers, on the GPU, and where it is expected to be done first; a result is the time of a batch.</summary>
/// <param name="service">The GPU.</param>
/// <param name="network">Widths of its layers, as in names of figures: <c>31_256_2</c>.</param>
/// <param name="lake">The batch from which on LAKE's GPU was faster than its processor with this network.</param>
/// <param name="decision">Who decides where batches go, or null.</param>
public sealed class GpuInference(GpuService service, string network, int lake, PlacementDecision? decision) : IGuestBenchmark
{
    private const double Tolerance = 0.02;
    private const int FixedRows = 16;

    /// <summary>What the samples of a figure take together, about.</summary>
    private const double SampleNanoseconds = 3e8;

    private const int FewestSamples = 2;

    /// <summary>What takes longer is run once.</summary>
    private const double LongNanoseconds = 3e8;

    private const int MostSamples = 40;

    private static readonly int[] s_batches = [1, 4, 8, 16, 64, 512, 4096];
    private static readonly FairClient s_client = new("bench", 1, 4, isUrgent: false);

    private readonly List<BenchmarkResult> _results = [];
    private string? _note;

    public string Name => $"gpu.mlp_{network}";

    public string Summary => $"a network of {network.Replace('_', '-')} units by processor and GPU, at batches of 1 to 4096";

    public string? Note => _note;

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        _results.Clear();
        string[] parts = network.Split('_');
        int[] widths = new int[parts.Length];
        for (int i = 0; i < widths.Length; i++)
            widths[i] = int.Parse(parts[i]);
        OnnxModel model = PerceptronModel.Create(1, widths);
        using PlacedModel placed = PlacedModel.TryCreate(model, service, s_client, decision)
            ?? throw new CommandException($"{Name}: the network does not run on the GPU", "");
        FixedPointModel? whole = InWholeNumbers(model, widths[0]);
        int crossover = 0;
        foreach (int batch in s_batches)
        {
            float[] rows = Random(batch * widths[0]), outputs = new float[batch * widths[^1]];
            var runner = new RowRunner(model, batch);
            double cpu = Measure(batch, "cpu_float", progress, () => runner.Run(rows, outputs));
            double best = cpu;
            if (whole is not null)
            {
                best = Math.Min(best, Measure(batch, "cpu_fixed", progress, () =>
                {
                    for (int r = 0; r < batch; r++)
                        whole.Run(rows.AsSpan(r * widths[0], widths[0]), outputs.AsSpan(r * widths[^1], widths[^1]));
                }));
            }

            double gpu = Measure(batch, "gpu", progress, () => placed.Run(rows, outputs, widths[^1], batch, ComputeTarget.Gpu));
            _ = Measure(batch, "auto", progress, () => placed.Run(rows, outputs, widths[^1], batch, ComputeTarget.Auto));
            if (placed.Failure is { } failure)
                throw new CommandException($"{Name}: the GPU failed: {failure}", "start again");
            crossover = crossover == 0 && gpu < cpu ? batch : crossover;
        }

        _note = $"{network.Replace('_', '-')}: the GPU is faster than float32 on the processor from a batch of {(crossover == 0 ? "more than 4096" : crossover)} on (LAKE: {lake})";
        return _results.ToArray();
    }

    /// <summary>Returns the least sample.</summary>
    private double Measure(int batch, string by, ProgressLine progress, Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        double once = Math.Max(Samples.Since(start), 1);
        if (once > LongNanoseconds)
        {
            _results.Add(new BenchmarkResult($"{Name}.b{batch}.{by}", "ns", once, once, once));
            return once;
        }

        int runs = (int)Math.Clamp(1e6 / once, 1, 100);
        int count = (int)Math.Clamp(SampleNanoseconds / (once * runs), FewestSamples, MostSamples);
        BenchmarkResult result = Samples.Take($"{Name}.b{batch}.{by}", progress, () =>
        {
            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < runs; i++)
                action();
            return Samples.Since(begin) / runs;
        }, count);
        _results.Add(result);
        return result.Minimum;
    }

    private static FixedPointModel? InWholeNumbers(OnnxModel model, int inputs)
    {
        float[] least = new float[inputs], most = new float[inputs];
        Array.Fill(least, -1);
        Array.Fill(most, 1);
        return FeedForward.TryRead(model) is { } layers ? FixedPointModel.Create(layers, least, most, Random(FixedRows * inputs), Tolerance) : null;
    }

    private static float[] Random(int count)
    {
        var random = new Random(1);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() * 2 - 1;
        return values;
    }
}
