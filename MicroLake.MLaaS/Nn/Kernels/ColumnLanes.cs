using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroLake.Nn.Kernels;

/// <summary>A dense layer for one row: x is [K], y is [N]. Lanes are columns; the last few columns are dot products.</summary>
/// <remarks>What is inlined here is for tiny layers, whose arithmetic takes no longer than some calls.</remarks>
internal static unsafe class ColumnLanes<TVector> where TVector : struct, ISimd<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(float* x, StackLayer layer, float* y)
    {
        int w = TVector.Width, wide = layer.Wide, k = layer.K, column = 0;
        bool relu = layer.Relu;
        float* b = layer.Weights, bias = layer.Bias;
        for (; column <= wide - 8 * w; column += 8 * w)
            Tile8(x, b + column, wide, bias + column, y + column, k, relu);
        for (; column <= wide - 2 * w; column += 2 * w)
            Tile2(x, b + column, wide, bias + column, y + column, k, relu);
        for (; column <= wide - w; column += w)
            Tile1(x, b + column, wide, bias + column, y + column, k, relu);
        for (; w > Simd128.Width && column < wide; column += Simd128.Width)
            ColumnLanes<Simd128>.Tile1(x, b + column, wide, bias + column, y + column, k, relu);
        float* rest = layer.Rest;
        if (k < 4 * w && layer.Pair is var pair && pair != null)
        {
            PairDots.Run(x, pair, k, y + column, relu);
            column += 2;
            rest += 2 * k;
        }

        for (; column < layer.N; column++, rest += k)
        {
            float sum = k < 4 * w ? Dot(x, rest, 0, k, bias[column]) : LongDot(x, rest, k, bias[column]);
            y[column] = relu && sum < 0 ? 0 : sum;
        }
    }

    private static void Tile8(float* x, float* b, int stride, float* bias, float* y, int k, bool relu)
    {
        int w = TVector.Width;
        TVector s0 = TVector.Load(bias), s1 = TVector.Load(bias + w), s2 = TVector.Load(bias + 2 * w), s3 = TVector.Load(bias + 3 * w);
        TVector s4 = TVector.Load(bias + 4 * w), s5 = TVector.Load(bias + 5 * w), s6 = TVector.Load(bias + 6 * w), s7 = TVector.Load(bias + 7 * w);
        for (float* end = x + k; x < end; x++, b += stride)
        {
            TVector v = TVector.Broadcast(*x);
            s0 = TVector.MultiplyAdd(v, b, s0);
            s1 = TVector.MultiplyAdd(v, b + w, s1);
            s2 = TVector.MultiplyAdd(v, b + 2 * w, s2);
            s3 = TVector.MultiplyAdd(v, b + 3 * w, s3);
            s4 = TVector.MultiplyAdd(v, b + 4 * w, s4);
            s5 = TVector.MultiplyAdd(v, b + 5 * w, s5);
            s6 = TVector.MultiplyAdd(v, b + 6 * w, s6);
            s7 = TVector.MultiplyAdd(v, b + 7 * w, s7);
        }

        Store(s0, relu, y);
        Store(s1, relu, y + w);
        Store(s2, relu, y + 2 * w);
        Store(s3, relu, y + 3 * w);
        Store(s4, relu, y + 4 * w);
        Store(s5, relu, y + 5 * w);
        Store(s6, relu, y + 6 * w);
        Store(s7, relu, y + 7 * w);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile2(float* x, float* b, int stride, float* bias, float* y, int k, bool relu)
    {
        int w = TVector.Width;
        TVector low = TVector.Load(bias), high = TVector.Load(bias + w);
        for (float* end = x + k; x < end; x++, b += stride)
        {
            TVector v = TVector.Broadcast(*x);
            low = TVector.MultiplyAdd(v, b, low);
            high = TVector.MultiplyAdd(v, b + w, high);
        }

        Store(low, relu, y);
        Store(high, relu, y + w);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile1(float* x, float* b, int stride, float* bias, float* y, int k, bool relu)
    {
        TVector sum = TVector.Load(bias);
        for (float* end = x + k; x < end; x++, b += stride)
            sum = TVector.MultiplyAdd(TVector.Broadcast(*x), b, sum);
        Store(sum, relu, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dot(float* a, float* b, int i, int k, float sum)
    {
        if (Sse41.IsSupported && k >= 4)
        {
            for (; i <= k - 4; i += 4)
                sum += Sse41.DotProduct(Vector128.Load(a + i), Vector128.Load(b + i), 0xF1).ToScalar();
            // The last lanes of the last four numbers.
            if (k - i == 3)
                return sum + Sse41.DotProduct(Vector128.Load(a + k - 4), Vector128.Load(b + k - 4), 0xE1).ToScalar();
            if (k - i == 2)
                return sum + Sse41.DotProduct(Vector128.Load(a + k - 4), Vector128.Load(b + k - 4), 0xC1).ToScalar();
        }

        for (; i < k; i++)
            sum += a[i] * b[i];
        return sum;
    }

    // Four sums, so that none waits for its last multiply-add.
    private static float LongDot(float* a, float* b, int k, float bias)
    {
        int w = TVector.Width, i = 0;
        TVector s0 = TVector.Zero, s1 = TVector.Zero, s2 = TVector.Zero, s3 = TVector.Zero;
        for (; i <= k - 4 * w; i += 4 * w)
        {
            s0 = TVector.MultiplyAdd(TVector.Load(a + i), b + i, s0);
            s1 = TVector.MultiplyAdd(TVector.Load(a + i + w), b + i + w, s1);
            s2 = TVector.MultiplyAdd(TVector.Load(a + i + 2 * w), b + i + 2 * w, s2);
            s3 = TVector.MultiplyAdd(TVector.Load(a + i + 3 * w), b + i + 3 * w, s3);
        }

        for (; i <= k - w; i += w)
            s0 = TVector.MultiplyAdd(TVector.Load(a + i), b + i, s0);
        return Dot(a, b, i, k, bias + TVector.Sum(TVector.Add(TVector.Add(s0, s1), TVector.Add(s2, s3))));
    }

    private static void Store(TVector sum, bool relu, float* y) => TVector.Store(relu ? TVector.Relu(sum) : sum, y);
}
