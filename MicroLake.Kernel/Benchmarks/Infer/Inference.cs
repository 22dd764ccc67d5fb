using System.Diagnostics;
using MicroLake.Nn;
using MicroLake.Shell;

namespace MicroLake.Benchmarks.Infer;

/// <summary>A small network at several batch sizes; a sample is the time of one batch.</summary>
public sealed class Inference(Perceptron network) : IGuestBenchmark
{
    private const int SampleCount = 9;
    private const double Tolerance = 1e-4;

    /// <summary>Work of one sample, so that it lasts some 2 ms.</summary>
    private const int MultiplyAddsPerSample = 400_000;

    private static readonly int[] s_batches = [1, 8, 64, 512];

    public string Name => $"infer.{network.Name}";

    public string Summary => $"a network of {network.Inputs}, {network.Hidden} and {network.Outputs} units in float32, at batches of {string.Join(", ", s_batches)}";

    public IReadOnlyList<BenchmarkResult> Run(ProgressLine progress)
    {
        OnnxModel model = OnnxModel.Load(network.ToOnnx());
        return [.. s_batches.Select(batch => Measure(model, batch, progress))];
    }

    private BenchmarkResult Measure(OnnxModel model, int batch, ProgressLine progress)
    {
        InferenceSession session = InferenceSession.Create(model, batch);
        float[] input = network.Rows(batch), output = new float[batch * network.Outputs];
        session.Run(input, output);
        Check(network.Expected(input), output);

        int runs = Math.Max(1, MultiplyAddsPerSample / (network.MultiplyAdds * batch));
        return Samples.Take($"{Name}.b{batch}", progress, () =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < runs; i++)
                session.Run(input, output);
            return Samples.Since(start) / runs;
        }, SampleCount);
    }

    private void Check(double[] expected, float[] output)
    {
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs(output[i] - expected[i]) <= Tolerance))
                throw new CommandException($"the network {network.Name} computes {output[i]} where {expected[i]} is right", "do not trust inference on this machine");
    }
}
