using System.Diagnostics;
using MicroLake.Bench.Report;
using MicroLake.Benchmarks.Infer;
using MicroLake.Nn;

namespace MicroLake.Bench.Infer;

/// <summary>One network at one batch, run in this process.</summary>
internal sealed class HostInference
{
    private const double Tolerance = 1e-4;

    private static readonly Perceptron[] s_networks = [new(31, 256, 2), new(15, 10, 1)];
    private static readonly int[] s_batches = [1, 8, 64, 512];
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(300);

    private readonly InferenceSession _session;
    private readonly float[] _input;
    private readonly float[] _output;
    private long _runs = 1;

    private HostInference(Perceptron network, int batch)
    {
        Name = $"infer.{network.Name}.b{batch}.host";
        _session = InferenceSession.Create(OnnxModel.Load(network.ToOnnx()), batch);
        _input = network.Rows(batch);
        _output = new float[batch * network.Outputs];
        _session.Run(_input, _output);
        if (network.Expected(_input).Where((expected, i) => !(Math.Abs(_output[i] - expected) <= Tolerance)).Any())
            throw new BenchException($"{Name}: the kernels of {_session.Backend} compute wrong values");
    }

    public string Name { get; }

    public ComputeBackend Backend => _session.Backend;

    public static IEnumerable<HostInference> All() =>
        s_networks.SelectMany(network => s_batches.Select(batch => new HostInference(network, batch)));

    /// <summary>Takes samples, each the mean microseconds of a run over at least <paramref name="microseconds"/>.</summary>
    public MeasuredLine Measure(int samples, double microseconds)
    {
        if (_runs == 1)
            WarmUp(microseconds);
        double[] taken = new double[samples];
        for (int i = 0; i < samples; i++)
            taken[i] = Time() / _runs;
        return new(Name, "us", Spread.Of(taken), "");
    }

    /// <summary>Runs until the compiler has made its best code, then finds how many runs a sample takes.</summary>
    private void WarmUp(double microseconds)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_warmUp;)
            Time();
        while (Time() < microseconds)
            _runs *= 2;
    }

    private double Time()
    {
        long start = Stopwatch.GetTimestamp();
        for (long i = _runs; i > 0; i--)
            _session.Run(_input, _output);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
