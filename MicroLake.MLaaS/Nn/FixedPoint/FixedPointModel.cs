using System.Diagnostics;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.FixedPoint;

/// <summary>
/// A network in whole numbers, proven not to overflow for inputs within their bounds, with its error measured. Running it allocates nothing.
/// </summary>
/// <remarks>For one thread at a time.</remarks>
public sealed unsafe class FixedPointModel
{
    /// <summary>Greatest 16-bit activations of inputs that the ways with whole products of 16 bits are tried with.</summary>
    private static readonly int[] s_lowRanges = [31, 63, 127, 255];

    private readonly AlignedBuffer _block;

    private FixedPointModel(AlignedBuffer block, string way)
    {
        _block = block;
        Way = way;
    }

    /// <summary>How layers with many outputs are computed: <c>int8</c> (16-bit sums of whole products), <c>int16</c> (16-bit sums of rounded products) or <c>int16-wide</c> (32-bit sums).</summary>
    public string Way { get; }

    public int Inputs => Header->Inputs;

    public int Outputs => Header->Outputs;

    /// <summary>The whole network: may be copied anywhere that is aligned to 64 bytes, and run by <see cref="Entry"/>.</summary>
    public ReadOnlySpan<byte> Block => _block.Bytes;

    /// <summary>Greatest difference to the float32 network over the rows it was measured with, as a share of the range of outputs.</summary>
    public double Error { get; private set; }

    /// <summary>Nanoseconds of a run, the least of those measured.</summary>
    public double Nanoseconds { get; private set; }

    /// <summary>What runs a copy of <see cref="Block"/>: block, inputs, outputs. It takes nothing of the runtime.</summary>
    public static delegate*<void*, float*, float*, void> Entry => FixedKernels.Entry;

    private FixedNetwork* Header => (FixedNetwork*)_block.Address;

    /// <summary>The fastest way whose error is within <paramref name="tolerance"/>; null where there is none.</summary>
    /// <param name="network">The network.</param>
    /// <param name="least">Least value of each input.</param>
    /// <param name="most">Greatest value of each input.</param>
    /// <param name="rows">Rows to measure the error and the time with, one after the other.</param>
    /// <param name="tolerance">Error as a share of the range of outputs.</param>
    public static FixedPointModel? Create(FeedForward network, float[] least, float[] most, float[] rows, double tolerance)
    {
        FixedPointModel? best = null;
        foreach (FixedPointModel candidate in Within(network, least, most, rows, tolerance))
        {
            candidate.Nanoseconds = candidate.MeasureTime(rows);
            if (best is null || candidate.Nanoseconds < best.Nanoseconds)
                best = candidate;
        }

        return best;
    }

    /// <summary>Every way whose error is within <paramref name="tolerance"/>.</summary>
    internal static IEnumerable<FixedPointModel> Within(FeedForward network, float[] least, float[] most, float[] rows, double tolerance)
    {
        var expected = new List<double[]>();
        for (int i = 0; i + network.Inputs <= rows.Length; i += network.Inputs)
            expected.Add(network.Run(rows.AsSpan(i, network.Inputs)));
        foreach (FixedPointModel candidate in All(network, least, most))
        {
            candidate.Error = candidate.MeasureError(expected, rows);
            if (candidate.Error <= tolerance)
                yield return candidate;
        }
    }

    /// <summary>Every way to compute a network.</summary>
    internal static IEnumerable<FixedPointModel> All(FeedForward network, float[] least, float[] most)
    {
        if (network.Layers.Count > FixedNetwork.MaxLayers || least.Length != network.Inputs || most.Length != network.Inputs)
            yield break;
        foreach (int range in s_lowRanges)
            if (FixedPointPlan.TryBuild(network, least, most, FixedKernel.Low16, range) is { } block)
                yield return new(block, "int8");
        if (FixedPointPlan.TryBuild(network, least, most, FixedKernel.High16, short.MaxValue) is { } high)
            yield return new(high, "int16");
        if (FixedPointPlan.TryBuild(network, least, most, FixedKernel.Wide32, short.MaxValue) is { } wide)
            yield return new(wide, "int16-wide");
    }

    /// <summary>Computes a row.</summary>
    /// <exception cref="InferenceException">A length is wrong.</exception>
    public void Run(ReadOnlySpan<float> input, Span<float> output) => Run(input, output, reference: false);

    /// <summary>The same by plain loops.</summary>
    internal void RunReference(ReadOnlySpan<float> input, Span<float> output) => Run(input, output, reference: true);

    private void Run(ReadOnlySpan<float> input, Span<float> output, bool reference)
    {
        if (input.Length != Inputs || output.Length != Outputs)
            throw new InferenceException($"The network has {Inputs} numbers in and {Outputs} out; {input.Length} and {output.Length} were given.");
        // SAFETY: the lengths are those of the block, which the plan made and nobody else writes.
        fixed (float* x = input, y = output)
        {
            if (reference)
                FixedKernels.RunReference(Header, x, y);
            else
                FixedKernels.Run(Header, x, y);
        }
    }

    private double MeasureError(List<double[]> all, float[] rows)
    {
        float[] y = new float[Outputs];
        double worst = 0, least = double.MaxValue, most = double.MinValue;
        for (int i = 0; i < all.Count; i++)
        {
            double[] expected = all[i];
            Run(rows.AsSpan(i * Inputs, Inputs), y);
            for (int o = 0; o < y.Length; o++)
            {
                worst = Math.Max(worst, Math.Abs(expected[o] - y[o]));
                least = Math.Min(least, expected[o]);
                most = Math.Max(most, expected[o]);
            }
        }

        return most > least ? worst / (most - least) : worst == 0 ? 0 : double.PositiveInfinity;
    }

    private double MeasureTime(float[] rows)
    {
        const int rounds = 10;
        const int runs = 20;
        float[] y = new float[Outputs];
        int count = rows.Length / Inputs;
        double best = double.MaxValue;
        for (int round = 0; round <= rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < runs; i++)
                Run(rows.AsSpan(i % count * Inputs, Inputs), y);
            // The first round is when an emulator translates the code.
            if (round > 0)
                best = Math.Min(best, (Stopwatch.GetTimestamp() - start) * (1e9 / Stopwatch.Frequency) / runs);
        }

        return best;
    }
}
