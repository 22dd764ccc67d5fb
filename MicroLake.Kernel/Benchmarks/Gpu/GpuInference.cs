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
            // All three by the same object: which kernels were chosen makes no difference between them.
            var cpu = new Side("cpu_float", () => placed.Run(rows, outputs, widths[^1], batch, ComputeTarget.Cpu));
            var gpu = new Side("gpu", () => placed.Run(rows, outputs, widths[^1], batch, ComputeTarget.Gpu));
            var auto = new Side("auto", () => placed.Run(rows, outputs, widths[^1], batch, ComputeTarget.Auto));
            Side[] sides = whole is null ? [cpu, gpu, auto] : [cpu, new Side("cpu_fixed", () => RunWhole(whole, rows, outputs, batch)), gpu, auto];
            Measure(batch, sides, progress);
            if (placed.Failure is { } failure)
                throw new CommandException($"{Name}: the GPU failed: {failure}", "start again");
            crossover = crossover == 0 && gpu.Least < cpu.Least ? batch : crossover;
        }

        _note = $"{network.Replace('_', '-')}: the GPU is faster than float32 on the processor from a batch of {(crossover == 0 ? "more than 4096" : crossover)} on (LAKE: {lake})";
        return _results.ToArray();
    }

    /// <summary>One sample of each in turns: what the host does meanwhile meets them all.</summary>
    private void Measure(int batch, Side[] sides, ProgressLine progress)
    {
        foreach (Side side in sides)
            side.Begin();
        for (int round = 0; round < MostSamples; round++)
        {
            progress.Report(round, MostSamples);
            foreach (Side side in sides)
                side.Take(round);
        }

        foreach (Side side in sides)
            _results.Add(side.Result($"{Name}.b{batch}.{side.By}"));
    }

    private static void RunWhole(FixedPointModel whole, float[] rows, float[] outputs, int batch)
    {
        int inputs = rows.Length / batch, columns = outputs.Length / batch;
        for (int r = 0; r < batch; r++)
            whole.Run(rows.AsSpan(r * inputs, inputs), outputs.AsSpan(r * columns, columns));
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

    /// <summary>One way to run a batch, and its samples.</summary>
    private sealed class Side(string by, Action action)
    {
        /// <summary>What the samples take together, about.</summary>
        private const double SampleNanoseconds = 3e8;

        private const int FewestSamples = 3;

        /// <summary>What takes longer is not run once more to see how long it takes without what its first run needs.</summary>
        private const double LongNanoseconds = 1e9;

        private readonly List<double> _samples = [];
        private int _runs;
        private int _count;

        public string By => by;

        public double Least { get; private set; }

        /// <summary>Runs it, to warm up and to see how often it can be run.</summary>
        public void Begin()
        {
            double once = Math.Max(Sample(1), 1);
            // The first run of a batch makes plans.
            if (once <= LongNanoseconds)
                once = Math.Max(Sample(1), 1);
            _runs = (int)Math.Clamp(1e6 / once, 1, 100);
            _count = (int)Math.Clamp(SampleNanoseconds / (once * _runs), FewestSamples, MostSamples);
        }

        public void Take(int round)
        {
            if (round < _count)
                _samples.Add(Sample(_runs));
        }

        public BenchmarkResult Result(string name)
        {
            _samples.Sort();
            Least = _samples[0];
            return new BenchmarkResult(name, "ns", Least, _samples[_samples.Count / 2], _samples[^1]);
        }

        private double Sample(int runs)
        {
            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < runs; i++)
                action();
            return Samples.Since(begin) / runs;
        }
    }
}
