using System.Diagnostics;
using System.Runtime.InteropServices;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.FixedPoint;

/// <summary>
/// A decision as code and one block of memory: whole numbers go in, are transformed and scaled, a network in whole numbers runs, and a whole
/// number comes out. The code takes nothing of the runtime and allocates nothing, so it may run in the scheduler.
/// </summary>
public sealed unsafe class DecisionProgram
{
    private const int Align = 64;
    private const int MeasuredRows = 100;
    private const int Rounds = 10;
    private const int RunsEach = 20;

    /// <summary>By less than one part of so many, libraries compute different powers of 2.</summary>
    private const long PowerSteps = 1_000_000;

    private readonly bool _isPacked;

    private DecisionProgram(string way, nint entry, byte[] state, bool isPacked)
    {
        _isPacked = isPacked;
        Way = way;
        Entry = entry;
        State = state;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Head
    {
        public int Inputs;
        public int FirstInput;
        public int Row;
        public int Network;
        public int LogOutput;
        public float OutputOffset, OutputScale;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Input
    {
        public int Feature;
        public int Log;
        public float Offset, Scale;
    }

    /// <summary>How it computes: <c>packed</c> (all of a small network in registers), or <see cref="FixedPointModel.Way"/>.</summary>
    public string Way { get; }

    /// <summary>Address of the code: state and features in, the decision out.</summary>
    public nint Entry { get; }

    /// <summary>The block of memory, a multiple of 64 bytes; it may be copied to anywhere that is aligned so, and is written when the code runs.</summary>
    public byte[] State { get; }

    /// <summary>Greatest difference to the float network over the rows it was measured with, as a share of the range of its outputs.</summary>
    public double Error { get; private init; }

    /// <summary>Nanoseconds of a run, the least of those measured.</summary>
    public double Nanoseconds { get; private init; }

    /// <summary>The fastest program whose error is within <paramref name="tolerance"/>; null where there is none.</summary>
    /// <param name="network">One number comes out.</param>
    /// <param name="inputs">What its inputs are, in their order.</param>
    /// <param name="output">What its output is.</param>
    /// <param name="rows">Rows of its inputs, to measure the error and the time of ways that take float numbers.</param>
    /// <param name="tolerance">Error as a share of the range of outputs.</param>
    /// <exception cref="InferenceException">The network has not so many inputs and one output.</exception>
    public static DecisionProgram? Create(FeedForward network, IReadOnlyList<DecisionInput> inputs, DecisionOutput output, float[] rows, double tolerance)
    {
        if (TryPack(network, inputs, output, tolerance) is { } packed)
            return packed;
        (float[] least, float[] most) = BoxOf(inputs);
        return FixedPointModel.Create(network, least, most, rows, tolerance) is { } model ? Of(model, inputs, output) : null;
    }

    /// <summary>Every program that <see cref="Create"/> may choose: which of them is the fastest, measuring says, and may say otherwise elsewhere.</summary>
    /// <inheritdoc cref="Create"/>
    public static List<DecisionProgram> All(FeedForward network, IReadOnlyList<DecisionInput> inputs, DecisionOutput output, float[] rows, double tolerance)
    {
        if (TryPack(network, inputs, output, tolerance) is { } packed)
            return [packed];
        (float[] least, float[] most) = BoxOf(inputs);
        var all = new List<DecisionProgram>();
        foreach (FixedPointModel model in FixedPointModel.Within(network, least, most, rows, tolerance))
            all.Add(Of(model, inputs, output));
        return all;
    }

    /// <summary>Least and greatest decision that the code makes, whatever the features are; null where a sum in it could overflow.</summary>
    public (long Least, long Most)? Bounds()
    {
        fixed (byte* block = State)
        {
            // What follows the sums grows or falls with them all the way: their bounds become those of decisions.
            if (_isPacked)
                return PlanBounds.Of(new PackedView((PackedNetwork*)block)) is { } sums
                    ? Ordered(PackedKernel.Decision((PackedNetwork*)block, sums.Least), PackedKernel.Decision((PackedNetwork*)block, sums.Most))
                    : null;
            var head = (Head*)block;
            if (PlanBounds.Of((FixedNetwork*)(block + head->Network)) is not { } numbers)
                return null;
            (long least, long most) = Ordered(Decision(head, numbers.Least), Decision(head, numbers.Most));
            // Libraries round powers differently.
            long margin = head->LogOutput == 0 ? 0 : most / PowerSteps + 1;
            return (Math.Max(least, long.MinValue + margin) - margin, Math.Min(most, long.MaxValue - margin) + margin);
        }
    }

    /// <summary>A decision, as the code of <see cref="Entry"/> makes it.</summary>
    /// <param name="features">As many as the greatest number of an input says.</param>
    public long Run(ReadOnlySpan<long> features)
    {
        fixed (byte* block = State)
        fixed (long* from = features)
            return ((delegate*<void*, long*, long>)Entry)(block, from);
    }

    /// <summary>The program that keeps all of the network in registers; null where it is of another kind, or the error would be too great.</summary>
    internal static DecisionProgram? TryPack(FeedForward network, IReadOnlyList<DecisionInput> inputs, DecisionOutput output, double tolerance)
    {
        if (network.Inputs != inputs.Count || network.Outputs != 1)
            throw new InferenceException($"The network has {network.Inputs} numbers in and {network.Outputs} out; {inputs.Count} and 1 are needed.");
        if (PackedPlan.TryBuild(network, inputs, output) is not { } state)
            return null;
        var program = new DecisionProgram("packed", (nint)PackedKernel.EntryOf(state), state, isPacked: true);
        double error = program.MeasureError(network, inputs, output, out long[] features);
        return error <= tolerance ? new(program.Way, program.Entry, state, isPacked: true) { Error = error, Nanoseconds = program.MeasureTime(features) } : null;
    }

    /// <summary>The error over features anywhere in their ranges, by a fixed seed: it is the same wherever it is measured.</summary>
    private double MeasureError(FeedForward network, IReadOnlyList<DecisionInput> inputs, DecisionOutput output, out long[] features)
    {
        var random = new Random(1);
        features = new long[PackedNetwork.WideLanes];
        float[] row = new float[inputs.Count];
        double worst = 0, least = double.MaxValue, most = double.MinValue;
        for (int i = 0; i < MeasuredRows; i++)
        {
            for (int j = 0; j < row.Length; j++)
            {
                DecisionInput input = inputs[j];
                long value = input.Least + (long)(random.NextDouble() * (input.Most - input.Least));
                features[input.Feature] = value;
                row[j] = input.Apply(value);
            }

            double expected = network.Run(row)[0] * output.Scale + output.Offset, difference = Math.Abs(expected - Run(features));
            // A decision is a whole number.
            worst = Math.Max(worst, Math.Max(difference - 1, 0));
            least = Math.Min(least, expected);
            most = Math.Max(most, expected);
        }

        return most > least ? worst / (most - least) : double.PositiveInfinity;
    }

    private double MeasureTime(long[] features)
    {
        double best = double.MaxValue;
        for (int round = 0; round <= Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < RunsEach; i++)
                _ = Run(features);
            // The first round is when an emulator translates the code.
            if (round > 0)
                best = Math.Min(best, (Stopwatch.GetTimestamp() - start) * (1e9 / Stopwatch.Frequency) / RunsEach);
        }

        return best;
    }

    private static DecisionProgram Of(FixedPointModel model, IReadOnlyList<DecisionInput> inputs, DecisionOutput output) =>
        new(model.Way, (nint)(delegate*<void*, long*, long>)&Decide, Build(model, inputs, output), isPacked: false) { Error = model.Error, Nanoseconds = model.Nanoseconds };

    /// <summary>Least and greatest number that the network gets of each input.</summary>
    private static (float[] Least, float[] Most) BoxOf(IReadOnlyList<DecisionInput> inputs)
    {
        float[] least = new float[inputs.Count], most = new float[inputs.Count];
        for (int i = 0; i < least.Length; i++)
        {
            float a = inputs[i].Apply(inputs[i].Least), b = inputs[i].Apply(inputs[i].Most);
            (least[i], most[i]) = (MathF.Min(a, b), MathF.Max(a, b));
        }

        return (least, most);
    }

    private static byte[] Build(FixedPointModel model, IReadOnlyList<DecisionInput> inputs, DecisionOutput output)
    {
        int firstInput = Up(sizeof(Head)), row = firstInput + Up(inputs.Count * sizeof(Input));
        int network = row + Up(inputs.Count * sizeof(float));
        byte[] state = new byte[network + Up(model.Block.Length)];
        fixed (byte* start = state)
        {
            *(Head*)start = new Head
            {
                Inputs = inputs.Count,
                FirstInput = firstInput,
                Row = row,
                Network = network,
                LogOutput = output.Log ? 1 : 0,
                OutputOffset = output.Offset,
                OutputScale = output.Scale,
            };
            for (int i = 0; i < inputs.Count; i++)
                ((Input*)(start + firstInput))[i] = new Input
                {
                    Feature = inputs[i].Feature,
                    Log = inputs[i].Log ? 1 : 0,
                    Offset = inputs[i].Offset,
                    Scale = inputs[i].Scale,
                };
        }

        model.Block.CopyTo(state.AsSpan(network));
        return state;
    }

    private static long Decide(void* state, long* features)
    {
        var block = (byte*)state;
        var head = (Head*)block;
        var input = (Input*)(block + head->FirstInput);
        var row = (float*)(block + head->Row);
        for (int i = 0; i < head->Inputs; i++, input++)
        {
            long value = features[input->Feature];
            float x = input->Log != 0 ? MathF.Log2(1 + (value > 0 ? value : 0)) : value;
            row[i] = (x - input->Offset) * input->Scale;
        }

        float y;
        FixedKernels.Run((FixedNetwork*)(block + head->Network), row, &y);
        return Decision(head, y);
    }

    private static long Decision(Head* head, float y)
    {
        y = y * head->OutputScale + head->OutputOffset;
        if (head->LogOutput != 0)
            y = MathF.Pow(2, y) - 1;
        return (long)y;
    }

    private static (long Least, long Most) Ordered(long a, long b) => a <= b ? (a, b) : (b, a);

    private static int Up(int bytes) => (bytes + Align - 1) / Align * Align;
}
