using MicroLake.Drivers.Gpu;
using MicroLake.Nn.Benchmarks;

namespace MicroLake.Nn.Gpu;

/// <summary>Compares a random network on a graphics processor with the reference kernels, before and after its context was killed.</summary>
public static class NetworkCheck
{
    /// <summary>Results may differ by so much of them, or, below 1, by so much.</summary>
    public const float Tolerance = 1e-5f;

    private static readonly string[] s_activations = ["Relu", "LeakyRelu", "Sigmoid", "Tanh"];

    /// <param name="gpu">A processor that computes.</param>
    /// <param name="seed">The same seed gives the same network.</param>
    /// <param name="kill">Whether its context is killed in between.</param>
    /// <param name="description">Widths and activation.</param>
    /// <returns>The greatest difference, relative above 1, and contexts that were made again.</returns>
    public static (float Difference, int Repairs) Run(VirtioGpu gpu, int seed, bool kill, out string description)
    {
        var random = new Random(seed);
        int[] widths = new int[random.Next(2, 5)];
        for (int i = 0; i < widths.Length; i++)
            widths[i] = random.Next(4) == 0 ? random.Next(1, 300) : random.Next(1, 40);
        string activation = s_activations[random.Next(s_activations.Length)];
        description = $"{string.Join('-', widths)} {activation}";
        OnnxModel model = PerceptronModel.Create(seed, activation, widths);
        using GpuNetwork network = GpuNetwork.TryCreate(gpu, model)!;
        float difference = Compare(network, model, random.Next(1, 17), random);
        if (kill)
            network.KillContext();
        difference = Math.Max(difference, Compare(network, model, random.Next(17, 200), random));
        return (difference, network.Repairs);
    }

    private static float Compare(GpuNetwork network, OnnxModel model, int rows, Random random)
    {
        float[] inputs = new float[rows * network.InputColumns], expected = new float[rows * network.OutputColumns];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = random.NextSingle() * 20 - 10;
        inputs.CopyTo(network.Inputs(rows));
        network.Run(rows);
        new RowRunner(model, rows, new InferenceOptions { Backend = ComputeBackend.Scalar }).Run(inputs, expected);
        ReadOnlySpan<float> given = network.Outputs(rows);
        float worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            float difference = Math.Abs(given[i] - expected[i]) / Math.Max(1, Math.Abs(expected[i]));
            // What is no number is the worst.
            worst = difference <= worst ? worst : difference;
        }

        return worst;
    }
}
