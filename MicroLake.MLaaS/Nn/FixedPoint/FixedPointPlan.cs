using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.FixedPoint;

/// <summary>Makes the block of a <see cref="FixedNetwork"/>: scales chosen by bounds of each layer, so that no sum can overflow.</summary>
internal static unsafe class FixedPointPlan
{
    private const int Align = 64;
    private const int HighBits = 15;

    /// <summary>Layers with fewer outputs are computed as dot products.</summary>
    private const int FewOutputs = 8;

    /// <summary>A layer in whole numbers, before it has a place in the block.</summary>
    private sealed class Layer(FixedKernel kernel, long[] weights, long[] bias, int inputs, bool relu)
    {
        public FixedKernel Kernel => kernel;

        public long[] Weights => weights;

        public long[] Bias => bias;

        public int Inputs => inputs;

        public int Outputs => bias.Length;

        public bool Relu => relu;

        public int Shift { get; set; }
    }

    /// <summary>The block; null where the network has no bounds, or one of its numbers is too small to be told from 0.</summary>
    /// <param name="network">The network.</param>
    /// <param name="least">Least value of each input.</param>
    /// <param name="most">Greatest value of each input.</param>
    /// <param name="wideKernel">How layers with many outputs are computed.</param>
    /// <param name="inputRange">Greatest whole number that an input becomes.</param>
    public static AlignedBuffer? TryBuild(FeedForward network, float[] least, float[] most, FixedKernel wideKernel, int inputRange)
    {
        int count = network.Inputs;
        double[] units = new double[count];
        float[] scales = new float[count];
        var range = new (long Least, long Most)[count];
        for (int i = 0; i < count; i++)
        {
            double greatest = Math.Max(Math.Abs((double)least[i]), Math.Abs((double)most[i]));
            if (!double.IsFinite(greatest) || least[i] > most[i])
                return null;
            units[i] = greatest == 0 ? 1 : greatest / inputRange;
            scales[i] = (float)(1 / units[i]);
            range[i] = ((long)Math.Round(least[i] / units[i]), (long)Math.Round(most[i] / units[i]));
        }

        var inputRanges = range;
        var layers = new List<Layer>();
        double outputUnit = 1;
        foreach (FeedForwardLayer source in network.Layers)
        {
            FixedKernel kernel = source.Outputs < FewOutputs ? FixedKernel.Dot32 : wideKernel;
            if (TryQuantize(source, kernel, units, range, out outputUnit) is not { } layer)
                return null;
            layers.Add(layer);
            range = After(layer, range, out int shift);
            layer.Shift = shift;
            units = new double[layer.Outputs];
            Array.Fill(units, outputUnit * (1L << shift));
        }

        return Write(layers, scales, inputRanges, outputUnit);
    }

    /// <summary>The bounds of a layer's sums for whole inputs within bounds: the proof that nothing overflows.</summary>
    private static (long Least, long Most)[] Sums(Layer layer, (long Least, long Most)[] x)
    {
        var sums = new (long Least, long Most)[layer.Outputs];
        for (int o = 0; o < sums.Length; o++)
        {
            long least = layer.Bias[o], most = layer.Bias[o];
            for (int i = 0; i < layer.Inputs; i++)
            {
                long w = layer.Weights[o * layer.Inputs + i];
                long a = Product(layer.Kernel, w, x[i].Least), b = Product(layer.Kernel, w, x[i].Most);
                least += Math.Min(a, b);
                most += Math.Max(a, b);
            }

            sums[o] = (least, most);
        }

        return sums;
    }

    private static long Product(FixedKernel kernel, long w, long x) =>
        kernel == FixedKernel.High16 ? ((w * x >> (HighBits - 1)) + 1) >> 1 : w * x;

    private static Layer? TryQuantize(FeedForwardLayer source, FixedKernel kernel, double[] units, (long Least, long Most)[] x, out double unit)
    {
        double divisor = kernel == FixedKernel.High16 ? 1 << HighBits : 1;
        long mostSum = kernel <= FixedKernel.High16 ? short.MaxValue : int.MaxValue;
        double mostWeight = kernel == FixedKernel.Wide32 ? int.MaxValue : short.MaxValue;
        double greatestWeight = 0, greatestSum = 0;
        for (int o = 0; o < source.Outputs; o++)
        {
            double sum = Math.Abs(source.Bias[o]);
            for (int i = 0; i < source.Inputs; i++)
            {
                double w = Math.Abs(source.Weights[o * source.Inputs + i]) * units[i];
                greatestWeight = Math.Max(greatestWeight, w * divisor);
                sum += w * Math.Max(Math.Abs(x[i].Least), Math.Abs(x[i].Most));
            }

            greatestSum = Math.Max(greatestSum, sum);
        }

        unit = 1;
        if (!double.IsFinite(greatestSum) || greatestSum == 0 || greatestWeight == 0)
            return null;
        // The bound of a sum of absolute values is coarse: bounds by sign allow more, which a few steps find.
        double scale = Math.Min(mostWeight / greatestWeight, 4 * mostSum / greatestSum);
        const int steps = 60;
        const double step = 0.95;
        for (int i = 0; i < steps; i++, scale *= step)
        {
            Layer layer = Quantize(source, kernel, units, scale, divisor);
            if (!Fits(layer, x, mostSum, (long)mostWeight))
                continue;
            unit = 1 / scale;
            return layer;
        }

        return null;
    }

    private static Layer Quantize(FeedForwardLayer source, FixedKernel kernel, double[] units, double scale, double divisor)
    {
        long[] weights = new long[source.Weights.Length];
        long[] bias = new long[source.Outputs];
        for (int o = 0; o < bias.Length; o++)
        {
            bias[o] = (long)Math.Round(source.Bias[o] * scale);
            for (int i = 0; i < source.Inputs; i++)
                weights[o * source.Inputs + i] = (long)Math.Round(source.Weights[o * source.Inputs + i] * units[i] * divisor * scale);
        }

        return new(kernel, weights, bias, source.Inputs, source.Relu);
    }

    private static bool Fits(Layer layer, (long Least, long Most)[] x, long mostSum, long mostWeight)
    {
        foreach (long weight in layer.Weights)
            if (Math.Abs(weight) > mostWeight)
                return false;
        foreach (long bias in layer.Bias)
            if (Math.Abs(bias) > mostSum)
                return false;
        foreach ((long least, long most) in Sums(layer, x))
            if (least < -mostSum || most > mostSum)
                return false;
        return true;
    }

    /// <summary>The activations that a layer's sums become.</summary>
    private static (long Least, long Most)[] After(Layer layer, (long Least, long Most)[] x, out int shift)
    {
        (long Least, long Most)[] sums = Sums(layer, x);
        long greatest = 0;
        foreach ((long least, long most) in sums)
            greatest = Math.Max(greatest, Math.Max(layer.Relu ? 0 : -least, most));
        shift = 0;
        while (greatest >> shift > short.MaxValue)
            shift++;
        for (int o = 0; o < sums.Length; o++)
            sums[o] = ((layer.Relu ? Math.Max(sums[o].Least, 0) : sums[o].Least) >> shift, (layer.Relu ? Math.Max(sums[o].Most, 0) : sums[o].Most) >> shift);
        return sums;
    }

    private static AlignedBuffer Write(List<Layer> layers, float[] scales, (long Least, long Most)[] bounds, double outputUnit)
    {
        int bytes = 0;
        int Take(int length)
        {
            int at = bytes;
            bytes = (bytes + length + Align - 1) / Align * Align;
            return at;
        }

        _ = Take(sizeof(FixedNetwork));
        int widest = Padded(scales.Length);
        foreach (Layer layer in layers)
            widest = Math.Max(widest, Padded(layer.Outputs));
        var header = new FixedNetwork
        {
            Layers = layers.Count,
            Inputs = scales.Length,
            Outputs = layers[^1].Outputs,
            FirstLayer = Take(layers.Count * sizeof(FixedLayer)),
            InputScales = Take(scales.Length * sizeof(float)),
            InputBounds = Take(scales.Length * 2 * sizeof(short)),
            Activations = Take(widest * sizeof(short)),
            OtherActivations = Take(widest * sizeof(short)),
            OutputScale = (float)outputUnit,
        };
        var places = new (int Weights, int Bias)[layers.Count];
        for (int i = 0; i < places.Length; i++)
        {
            int size = layers[i].Kernel == FixedKernel.Wide32 ? sizeof(int) : sizeof(short);
            int elements = layers[i].Kernel == FixedKernel.Dot32 ? layers[i].Outputs * Padded(layers[i].Inputs) : layers[i].Inputs * Padded(layers[i].Outputs);
            places[i] = (Take(elements * size), Take(Padded(layers[i].Outputs) * sizeof(int)));
        }

        header.Bytes = bytes;
        var buffer = new AlignedBuffer(bytes);
        byte* block = buffer.Address;
        // SAFETY: every part was given its place, in whole vectors, by Take, and the buffer has all of them.
        *(FixedNetwork*)block = header;
        for (int i = 0; i < scales.Length; i++)
        {
            ((float*)(block + header.InputScales))[i] = scales[i];
            ((short*)(block + header.InputBounds))[2 * i] = (short)bounds[i].Least;
            ((short*)(block + header.InputBounds))[2 * i + 1] = (short)bounds[i].Most;
        }

        for (int i = 0; i < places.Length; i++)
        {
            Layer layer = layers[i];
            ((FixedLayer*)(block + header.FirstLayer))[i] = new FixedLayer
            {
                Kernel = layer.Kernel,
                Outputs = layer.Outputs,
                PaddedOutputs = Padded(layer.Outputs),
                Inputs = layer.Inputs,
                PaddedInputs = Padded(layer.Inputs),
                Weights = places[i].Weights,
                Bias = places[i].Bias,
                Relu = layer.Relu ? 1 : 0,
                Shift = layer.Shift,
            };
            WriteNumbers(layer, block + places[i].Weights, block + places[i].Bias);
        }

        return buffer;
    }

    private static void WriteNumbers(Layer layer, byte* weights, byte* bias)
    {
        int n = Padded(layer.Outputs), k = Padded(layer.Inputs);
        for (int o = 0; o < layer.Outputs; o++)
        {
            for (int i = 0; i < layer.Inputs; i++)
            {
                long weight = layer.Weights[o * layer.Inputs + i];
                if (layer.Kernel == FixedKernel.Wide32)
                    ((int*)weights)[i * n + o] = (int)weight;
                else
                    ((short*)weights)[layer.Kernel == FixedKernel.Dot32 ? o * k + i : i * n + o] = (short)weight;
            }

            if (layer.Kernel <= FixedKernel.High16)
                ((short*)bias)[o] = (short)layer.Bias[o];
            else
                ((int*)bias)[o] = (int)layer.Bias[o];
        }
    }

    private static int Padded(int count) => (count + FixedKernels.Lanes - 1) / FixedKernels.Lanes * FixedKernels.Lanes;
}
