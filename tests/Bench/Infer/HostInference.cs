using System.Diagnostics;
using MicroLake.Bench.Report;
using MicroLake.Nn;
using MicroLake.Nn.Benchmarks;

namespace MicroLake.Bench.Infer;

/// <summary>One network at one batch, run in this process.</summary>
internal sealed class HostInference(InferenceCase inference)
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(300);

    private long _runs = 1;

    public string Name => $"{inference.Name}.host";

    public string Kernels => inference.Backend.ToString().ToLowerInvariant() + (inference.Stacking == LayerStacking.None ? "" : $", layers in one kernel ({inference.Stacking})");

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
        inference.Run(_runs);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
