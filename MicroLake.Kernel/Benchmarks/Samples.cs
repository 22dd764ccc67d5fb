using System.Diagnostics;
using MicroLake.Shell;

namespace MicroLake.Benchmarks;

/// <summary>Takes samples and makes a result of them. How many, and how large their batches are, is fixed: on a machine that counts instructions the counts then repeat.</summary>
internal static class Samples
{
    /// <summary>Many short samples rather than few long ones: on a busy host some of them go undisturbed, and the least one tells.</summary>
    public const int Usual = 25;

    /// <param name="name">Dotted name of the result.</param>
    /// <param name="progress">Told of each sample.</param>
    /// <param name="sample">Takes one sample, nanoseconds unless <paramref name="unit"/> says otherwise; called once more at first, to warm up.</param>
    /// <param name="count">How many.</param>
    /// <param name="unit">Unit of the samples.</param>
    public static BenchmarkResult Take(string name, ProgressLine progress, Func<double> sample, int count = Usual, string unit = "ns")
    {
        sample();
        double[] samples = new double[count];
        for (int i = 0; i < count; i++)
        {
            progress.Report(i, count);
            samples[i] = sample();
        }
        Array.Sort(samples);
        return new BenchmarkResult(name, unit, samples[0], samples[count / 2], samples[^1]);
    }

    /// <summary>Nanoseconds since a <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public static double Since(long start) => Between(start, Stopwatch.GetTimestamp());

    /// <summary>Nanoseconds between two of them.</summary>
    public static double Between(long start, long end) => (end - start) * (1e9 / Stopwatch.Frequency);
}
