using System.Numerics;

namespace MicroLake.Nn.FixedPoint;

/// <summary>Makes the block of a <see cref="PackedNetwork"/>: scales chosen by bounds of each sum, so that none can overflow.</summary>
internal static unsafe class PackedPlan
{
    /// <summary>More units are for kernels that keep them in memory.</summary>
    private const int MostUnits = 256;

    /// <summary>Decisions stay far within 64 bits.</summary>
    private const double MostDecision = 1L << 62;

    /// <summary>What a step of a feature is worth to the network, what its least is, and the greatest whole number that it becomes.</summary>
    private readonly struct Lane(double slope, double first, long most)
    {
        public readonly double Slope = slope, First = first;
        public readonly long Most = most;
    }

    /// <summary>The block, a multiple of 64 bytes; null where the network is of another kind, or has no bounds.</summary>
    public static byte[]? TryBuild(FeedForward network, IReadOnlyList<DecisionInput> inputs, DecisionOutput output)
    {
        if (network.Layers.Count != 2 || network.Inputs != inputs.Count || network.Outputs != 1 || output.Log)
            return null;
        FeedForwardLayer hidden = network.Layers[0], end = network.Layers[1];
        if (!hidden.Relu || end.Relu || hidden.Outputs > MostUnits)
            return null;

        int last = 0;
        foreach (DecisionInput input in inputs)
            last = Math.Max(last, input.Feature);
        if (last >= PackedNetwork.WideLanes)
            return null;
        // One vector, unless a feature has no place in it; then whole steps of the wide kernel, to that of the last feature.
        int features = last < PackedNetwork.Lanes ? PackedNetwork.Lanes : PackedNetwork.WideLanes;
        int pairs = last < PackedNetwork.Lanes ? PackedNetwork.Lanes / 2 : (last / PackedNetwork.WideStep + 1) * PackedNetwork.WideStep / 2;
        int groupBytes = (hidden.Outputs + PackedNetwork.Units - 1) / PackedNetwork.Units * PackedView.BytesOfGroup(pairs);
        byte[] block = new byte[PackedView.BytesBeforeGroups(features) + groupBytes];
        fixed (byte* start = block)
        {
            var head = (PackedNetwork*)start;
            (head->Features, head->Pairs, head->GroupBytes) = (features, pairs, groupBytes);
            var packed = new PackedView(head);
            return TryTakeInputs(packed, inputs) is { } lanes && TryQuantize(packed, hidden, end, inputs, lanes, output) ? block : null;
        }
    }

    private static Lane[]? TryTakeInputs(PackedView network, IReadOnlyList<DecisionInput> inputs)
    {
        var lanes = new Lane[inputs.Count];
        for (int i = 0; i < lanes.Length; i++)
        {
            DecisionInput input = inputs[i];
            int feature = input.Feature;
            ulong range = (ulong)input.Most - (ulong)input.Least;
            int bits = 64 - BitOperations.LeadingZeroCount(range), shift = PackedNetwork.ValuePlace + PackedNetwork.ValueBits - bits;
            if (input.Log || input.Most <= input.Least || shift < 0 || network.Masks[feature] != 0)
                return null;
            network.Masks[feature] = -1;
            network.Least[feature] = input.Least;
            network.Most[feature] = input.Most;
            network.Shifts[feature] = shift;
            // Bits that fall off are half a step on average.
            double step = Math.ScaleB(1, PackedNetwork.ValuePlace - shift), lost = step > 1 ? step / 2 : 0;
            lanes[i] = new(input.Scale * step, ((double)input.Least + lost - input.Offset) * input.Scale, network.ToValue(feature, input.Most));
        }

        return lanes;
    }

    private static bool TryQuantize(
        PackedView network, FeedForwardLayer hidden, FeedForwardLayer last, IReadOnlyList<DecisionInput> inputs, Lane[] lanes, DecisionOutput output)
    {
        double[] values = new double[hidden.Outputs];
        long[] greatest = new long[values.Length];
        short[] weights = new short[lanes.Length];
        double sum = 0;
        for (int unit = 0; unit < values.Length; unit++)
        {
            if (!TryQuantizeUnit(hidden, unit, lanes, weights, out int bias, out double scale, out greatest[unit]))
                return false;
            *network.Bias(unit) = bias;
            for (int i = 0; i < lanes.Length; i++)
                *network.Weight(unit, inputs[i].Feature) = weights[i];
            values[unit] = last.Weights[unit] * (1 << PackedNetwork.SumShift) / scale;
            sum += Math.Abs(values[unit]) * greatest[unit];
        }

        // Each share is rounded, by half of what its unit becomes at most.
        double room = int.MaxValue, outputScale;
        foreach (long value in greatest)
            room -= value;
        outputScale = room / sum;
        if (!(outputScale > 0) || !double.IsFinite(outputScale))
            return false;
        for (int unit = 0; unit < values.Length; unit++)
        {
            double share = greatest[unit] == 0 ? 0 : Math.Round(values[unit] * outputScale);
            if (Math.Abs(share) > int.MaxValue)
                return false;
            *network.Share(unit) = (int)share;
        }

        network.Head->Scale = output.Scale / outputScale;
        network.Head->Offset = last.Bias[0] * output.Scale + output.Offset;
        return Math.Abs(network.Head->Scale) * int.MaxValue + Math.Abs(network.Head->Offset) < MostDecision;
    }

    /// <summary>Whole weights of a unit whose sum fits 32 bits for all inputs: the proof that it does not overflow.</summary>
    /// <param name="hidden">The layer.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="lanes">What the inputs are.</param>
    /// <param name="weights">Receives the weights.</param>
    /// <param name="bias">What is added, half a step of the shift that follows included.</param>
    /// <param name="scale">Whole numbers to 1 of the network's.</param>
    /// <param name="greatest">Greatest activation, behind the shift.</param>
    private static bool TryQuantizeUnit(FeedForwardLayer hidden, int unit, Lane[] lanes, short[] weights, out int bias, out double scale, out long greatest)
    {
        double constant = hidden.Bias[unit], least, most, heaviest = 0;
        for (int i = 0; i < lanes.Length; i++)
            constant += hidden.Weights[unit * lanes.Length + i] * lanes[i].First;
        least = most = constant;
        for (int i = 0; i < lanes.Length; i++)
        {
            double weight = hidden.Weights[unit * lanes.Length + i] * lanes[i].Slope;
            heaviest = Math.Max(heaviest, Math.Abs(weight));
            least += Math.Min(weight, 0) * lanes[i].Most;
            most += Math.Max(weight, 0) * lanes[i].Most;
        }

        (bias, scale, greatest) = (0, 1, 0);
        Array.Clear(weights);
        if (!double.IsFinite(least) || !double.IsFinite(most))
            return false;
        // One that is never above 0.
        if (most <= 0)
            return true;
        const double step = 0.99;
        const int steps = 100;
        scale = Math.Min(short.MaxValue / heaviest, int.MaxValue / Math.Max(Math.Abs(least), most));
        for (int i = 0; i < steps; i++, scale *= step)
            if (TryRound(hidden, unit, lanes, constant, scale, weights, out bias, out greatest))
                return true;
        return false;
    }

    private static bool TryRound(FeedForwardLayer hidden, int unit, Lane[] lanes, double constant, double scale, short[] weights, out int bias, out long greatest)
    {
        const long half = 1 << (PackedNetwork.SumShift - 1);
        double whole = Math.Round(constant * scale) + half;
        (bias, greatest) = (0, 0);
        if (!(Math.Abs(whole) <= int.MaxValue))
            return false;
        bias = (int)whole;
        long least = bias, most = bias;
        for (int i = 0; i < lanes.Length; i++)
        {
            weights[i] = (short)Math.Round(hidden.Weights[unit * lanes.Length + i] * lanes[i].Slope * scale);
            least += Math.Min((long)weights[i], 0) * lanes[i].Most;
            most += Math.Max((long)weights[i], 0) * lanes[i].Most;
        }

        greatest = Math.Max(most >> PackedNetwork.SumShift, 0);
        return least >= int.MinValue && most <= int.MaxValue;
    }
}
