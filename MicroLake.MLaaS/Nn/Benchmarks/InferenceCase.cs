using System.Globalization;

namespace MicroLake.Nn.Benchmarks;

/// <summary>A network and a batch to time: ready to run again and again, on a host and in the kernel alike.</summary>
public sealed class InferenceCase
{
    private static readonly int[][] s_networks = [[31, 256, 2], [15, 10, 1]];
    private static readonly int[] s_batches = [1, 8, 64, 512];

    private readonly InferenceSession _session;
    private readonly float[] _input;
    private readonly float[] _output;

    private InferenceCase(OnnxModel model, int[] widths, int batch, InferenceOptions? options)
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"infer.{string.Join('_', widths)}.b{batch}");
        _session = InferenceSession.Create(model, batch, options);
        _input = new float[batch * widths[0]];
        _output = new float[batch * widths[^1]];
        var random = new Random(1);
        foreach (ref float value in _input.AsSpan())
            value = random.NextSingle() * 2 - 1;
        Check(model);
        MultiplyAdds = widths.Zip(widths.Skip(1)).Sum(pair => (long)pair.First * pair.Second) * batch;
    }

    /// <summary>Dotted name, such as <c>infer.31_256_2.b8</c>.</summary>
    public string Name { get; }

    /// <summary>Rows that a run takes.</summary>
    public int Batch => _session.Batch;

    /// <summary>The kernels that the session chose by measuring, or was told to use.</summary>
    public ComputeBackend Backend => _session.Backend;

    /// <summary>How the session chose to run layers that follow each other.</summary>
    public LayerStacking Stacking => _session.Stacking;

    /// <summary>Multiply-adds of a run.</summary>
    public long MultiplyAdds { get; }

    /// <summary>31-256-2 and 15-10-1 with Relu between, at batch 1, 8, 64 and 512.</summary>
    /// <exception cref="InferenceException">The kernels compute something else than the reference.</exception>
    public static IReadOnlyList<InferenceCase> All(InferenceOptions? options = null)
    {
        var cases = new List<InferenceCase>();
        foreach (int[] widths in s_networks)
        {
            OnnxModel model = PerceptronModel.Create(1, widths);
            foreach (int batch in s_batches)
                cases.Add(new(model, widths, batch, options));
        }

        return cases;
    }

    /// <summary>Runs the network <paramref name="times"/> times in a row.</summary>
    public void Run(long times)
    {
        for (; times > 0; times--)
            _session.Run(_input, _output);
    }

    /// <summary>Compares with the reference kernels: a figure for wrong values would be worth nothing.</summary>
    private void Check(OnnxModel model)
    {
        const float Tolerance = 1e-4f;
        float[] expected = new float[_output.Length];
        InferenceSession.Create(model, Batch, new() { Backend = ComputeBackend.Scalar }).Run(_input, expected);
        Run(1);
        for (int i = 0; i < expected.Length; i++)
            if (!(MathF.Abs(_output[i] - expected[i]) <= Tolerance))
                throw new InferenceException($"{Name}: the {Backend} kernels compute {_output[i]} where the reference computes {expected[i]}. Do not trust inference on this machine.");
    }
}
