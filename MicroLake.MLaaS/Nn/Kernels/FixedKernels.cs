using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MicroLake.Nn.FixedPoint;

namespace MicroLake.Nn.Kernels;

/// <summary>
/// Runs a <see cref="FixedNetwork"/>. Works on the block alone: nothing is allocated, nothing can fail, and no memory of the runtime is touched,
/// so it may be called where there is no runtime to ask, with interrupts off among others.
/// </summary>
/// <remarks>Sums may overflow on the way, their results do not: that was proven when the block was made, and whole numbers wrap around.</remarks>
internal static unsafe class FixedKernels
{
    /// <summary>Lanes of 16 bits; outputs and rows of dot products are whole numbers of them.</summary>
    public const int Lanes = 16;

    /// <summary>Vectors of sums that stay in registers.</summary>
    private const int Columns = 4;

    /// <summary>Computes a row.</summary>
    /// <param name="network">The block; its activations are written, so one call at a time.</param>
    /// <param name="x">Inputs; taken to the nearest number in their bounds.</param>
    /// <param name="y">Outputs.</param>
    public static void Run(FixedNetwork* network, float* x, float* y)
    {
        if (!Avx2.IsSupported)
        {
            RunReference(network, x, y);
            return;
        }

        var block = (byte*)network;
        short* from = (short*)(block + network->Activations), to = (short*)(block + network->OtherActivations);
        Quantize(network, x, from);
        var layer = (FixedLayer*)(block + network->FirstLayer);
        for (int i = 1; i < network->Layers; i++, layer++)
        {
            RunLayer(block, layer, from, to, null, 0);
            short* swap = from;
            from = to;
            to = swap;
        }

        RunLayer(block, layer, from, null, y, network->OutputScale);
    }

    /// <summary>As <see cref="Run"/>, for callers that know nothing of this assembly.</summary>
    public static delegate*<void*, float*, float*, void> Entry => &RunUntyped;

    private static void RunUntyped(void* network, float* x, float* y) => Run((FixedNetwork*)network, x, y);

    /// <summary>The same by plain loops: what the vector kernels are held against.</summary>
    public static void RunReference(FixedNetwork* network, float* x, float* y)
    {
        var block = (byte*)network;
        short* from = (short*)(block + network->Activations), to = (short*)(block + network->OtherActivations);
        Quantize(network, x, from);
        var layer = (FixedLayer*)(block + network->FirstLayer);
        for (int i = 1; i < network->Layers; i++, layer++)
        {
            for (int o = 0; o < layer->Outputs; o++)
                to[o] = (short)(ReferenceSum(block, layer, from, o) >> layer->Shift);
            short* swap = from;
            from = to;
            to = swap;
        }

        for (int o = 0; o < layer->Outputs; o++)
            y[o] = ReferenceSum(block, layer, from, o) * network->OutputScale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Quantize(FixedNetwork* network, float* x, short* to)
    {
        var scales = (float*)((byte*)network + network->InputScales);
        var bounds = (short*)((byte*)network + network->InputBounds);
        for (int i = 0; i < network->Inputs; i++, bounds += 2)
        {
            float scaled = x[i] * scales[i];
            // Written so that a NaN is the least value.
            to[i] = !(scaled > bounds[0]) ? bounds[0] : scaled >= bounds[1] ? bounds[1] : (short)(int)(scaled + (scaled >= 0 ? 0.5f : -0.5f));
        }
    }

    /// <summary>What an input counts for a sum, before anything is added.</summary>
    public static long ReferenceProduct(byte* block, FixedLayer* layer, int i, int o, long x)
    {
        byte* weights = block + layer->Weights;
        return layer->Kernel switch
        {
            FixedKernel.Low16 => ((short*)weights)[i * layer->PaddedOutputs + o] * x,
            FixedKernel.High16 => ((((short*)weights)[i * layer->PaddedOutputs + o] * x >> 14) + 1) >> 1,
            FixedKernel.Wide32 => ((int*)weights)[i * layer->PaddedOutputs + o] * x,
            _ => ((short*)weights)[o * layer->PaddedInputs + i] * x,
        };
    }

    /// <summary>What is added to a sum.</summary>
    public static long ReferenceBias(byte* block, FixedLayer* layer, int o) =>
        layer->Kernel <= FixedKernel.High16 ? ((short*)(block + layer->Bias))[o] : ((int*)(block + layer->Bias))[o];

    private static long ReferenceSum(byte* block, FixedLayer* layer, short* x, int o)
    {
        // 64 bits, which do not wrap around: where the vector kernels' sums do, they differ.
        long sum = ReferenceBias(block, layer, o);
        for (int i = 0; i < layer->Inputs; i++)
            sum += ReferenceProduct(block, layer, i, o, x[i]);
        return layer->Relu != 0 && sum < 0 ? 0 : sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunLayer(byte* block, FixedLayer* layer, short* x, short* next, float* y, float scale)
    {
        switch (layer->Kernel)
        {
            case FixedKernel.Low16:
                Narrow(block, layer, x, next, y, scale, high: false);
                break;
            case FixedKernel.High16:
                Narrow(block, layer, x, next, y, scale, high: true);
                break;
            case FixedKernel.Wide32:
                Wide(block, layer, x, next, y, scale);
                break;
            default:
                Dots(block, layer, x, next, y, scale);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Narrow(byte* block, FixedLayer* layer, short* x, short* next, float* y, float scale, bool high)
    {
        int n = layer->PaddedOutputs, o = 0;
        var bias = (short*)(block + layer->Bias);
        for (; o + Columns * Lanes <= n; o += Columns * Lanes)
        {
            short* weights = (short*)(block + layer->Weights) + o;
            Vector256<short> a = Vector256.Load(bias + o), b = Vector256.Load(bias + o + Lanes),
                c = Vector256.Load(bias + o + 2 * Lanes), d = Vector256.Load(bias + o + 3 * Lanes);
            for (int i = 0; i < layer->Inputs; i++, weights += n)
            {
                if (x[i] == 0)
                    continue;
                Vector256<short> value = Vector256.Create(x[i]);
                a += Product(value, Vector256.Load(weights), high);
                b += Product(value, Vector256.Load(weights + Lanes), high);
                c += Product(value, Vector256.Load(weights + 2 * Lanes), high);
                d += Product(value, Vector256.Load(weights + 3 * Lanes), high);
            }

            Store(layer, a, o, next, y, scale);
            Store(layer, b, o + Lanes, next, y, scale);
            Store(layer, c, o + 2 * Lanes, next, y, scale);
            Store(layer, d, o + 3 * Lanes, next, y, scale);
        }

        for (; o < n; o += Lanes)
        {
            short* weights = (short*)(block + layer->Weights) + o;
            Vector256<short> a = Vector256.Load(bias + o);
            for (int i = 0; i < layer->Inputs; i++, weights += n)
                a += Product(Vector256.Create(x[i]), Vector256.Load(weights), high);
            Store(layer, a, o, next, y, scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Product(Vector256<short> x, Vector256<short> w, bool high) => high ? Avx2.MultiplyHighRoundScale(x, w) : x * w;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(FixedLayer* layer, Vector256<short> sums, int o, short* next, float* y, float scale)
    {
        if (layer->Relu != 0)
            sums = Vector256.Max(sums, Vector256<short>.Zero);
        if (next != null)
        {
            sums.Store(next + o);
            return;
        }

        for (int lane = 0; lane < Lanes && o + lane < layer->Outputs; lane++)
            y[o + lane] = sums.GetElement(lane) * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(byte* block, FixedLayer* layer, short* x, short* next, float* y, float scale)
    {
        const int half = Lanes / 2;
        int n = layer->PaddedOutputs;
        var bias = (int*)(block + layer->Bias);
        int* sums = stackalloc int[Lanes];
        for (int o = 0; o < n; o += Lanes)
        {
            int* weights = (int*)(block + layer->Weights) + o;
            Vector256<int> a = Vector256.Load(bias + o), b = Vector256.Load(bias + o + half);
            for (int i = 0; i < layer->Inputs; i++, weights += n)
            {
                if (x[i] == 0)
                    continue;
                Vector256<int> value = Vector256.Create((int)x[i]);
                a += value * Vector256.Load(weights);
                b += value * Vector256.Load(weights + half);
            }

            a.Store(sums);
            b.Store(sums + half);
            for (int lane = 0; lane < Lanes && o + lane < layer->Outputs; lane++)
                Put(layer, sums[lane], o + lane, next, y, scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots(byte* block, FixedLayer* layer, short* x, short* next, float* y, float scale)
    {
        int k = layer->PaddedInputs;
        short* weights = (short*)(block + layer->Weights);
        for (int o = 0; o < layer->Outputs; o++, weights += k)
        {
            Vector256<int> sums = Vector256<int>.Zero;
            for (int i = 0; i < k; i += Lanes)
                sums += Avx2.MultiplyAddAdjacent(Vector256.Load(x + i), Vector256.Load(weights + i));
            Put(layer, Vector256.Sum(sums) + ((int*)(block + layer->Bias))[o], o, next, y, scale);
        }
    }

    private static void Put(FixedLayer* layer, int sum, int o, short* next, float* y, float scale)
    {
        if (layer->Relu != 0 && sum < 0)
            sum = 0;
        if (next != null)
            next[o] = (short)(sum >> layer->Shift);
        else
            y[o] = sum * scale;
    }
}
