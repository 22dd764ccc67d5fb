using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroLake.Nn.Kernels;

/// <summary>Y[M,N] = A[M,K] * B + bias, negative results replaced by 0 where wanted, for few columns, with B in <see cref="DotLayout"/>: vectors run along K, and the
/// lanes are added at the end.</summary>
internal static unsafe class DotGemm<TVector> where TVector : struct, ISimd<TVector>
{
    /// <summary>Runs the product; parameters as in <see cref="PanelGemm{TVector}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* a, float* columns, float* bias, float* y, int m, int n, int k, bool relu)
    {
        int whole = k / TVector.Width * TVector.Width, rest = k - whole;
        int stride = whole + (rest > 0 ? TVector.Width : 0);
        float* buffer = stackalloc float[16];
        TVector mask = Mask(buffer, rest);
        int row = 0;
        for (; row <= m - 4; row += 4, a += 4L * k, y += 4L * n)
        {
            int column = 0;
            for (; column <= n - 2; column += 2)
                Tile4X2(a, columns + (long)column * stride, bias + column, y + column, n, k, whole, rest, mask, relu);
            if (column < n)
                Tile4X1(a, columns + (long)column * stride, bias + column, y + column, n, k, whole, rest, mask, relu);
        }

        for (; row < m; row++, a += k, y += n)
            for (int column = 0; column < n; column++)
                y[column] = Finish(Dot(a, columns + (long)column * stride, whole, rest, mask) + bias[column], relu);
    }

    /// <summary>True where this takes fewer vector operations than <see cref="PanelGemm{TVector}"/>.</summary>
    public static bool Suits(int n, int k) =>
        n * (k / TVector.Width + 5L) < 2L * k * PanelLayout.Panels(n, 2 * TVector.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Finish(float value, bool relu) => relu && value < 0 ? 0 : value;

    // All bits of the last "rest" lanes.
    private static TVector Mask(float* buffer, int rest)
    {
        for (int i = 0; i < TVector.Width; i++)
            buffer[i] = BitConverter.UInt32BitsToSingle(i >= TVector.Width - rest ? uint.MaxValue : 0);
        return TVector.Load(buffer);
    }

    // What is left of a row behind its whole vectors: the row's last vector, without the lanes that were taken already. A row shorter
    // than a vector is copied; nothing is read outside the row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadRest(float* a, int whole, int rest, TVector mask)
    {
        if (whole > 0)
            return TVector.And(TVector.Load(a + whole + rest - TVector.Width), mask);
        return LoadShort(a, rest);
    }

    private static TVector LoadShort(float* a, int count)
    {
        float* buffer = stackalloc float[16];
        for (int i = 0; i < TVector.Width; i++)
            buffer[i] = i < count ? a[i] : 0;
        return TVector.Load(buffer);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(float* a, float* b, int whole, int rest, TVector mask)
    {
        int w = TVector.Width, i = 0;
        TVector s0 = TVector.Zero, s1 = TVector.Zero, s2 = TVector.Zero, s3 = TVector.Zero;
        for (; i <= whole - 4 * w; i += 4 * w)
        {
            s0 = TVector.MultiplyAdd(TVector.Load(a + i), b + i, s0);
            s1 = TVector.MultiplyAdd(TVector.Load(a + i + w), b + i + w, s1);
            s2 = TVector.MultiplyAdd(TVector.Load(a + i + 2 * w), b + i + 2 * w, s2);
            s3 = TVector.MultiplyAdd(TVector.Load(a + i + 3 * w), b + i + 3 * w, s3);
        }

        for (; i < whole; i += w)
            s0 = TVector.MultiplyAdd(TVector.Load(a + i), b + i, s0);
        if (rest > 0)
            s1 = TVector.MultiplyAdd(LoadRest(a, whole, rest, mask), TVector.Load(b + whole), s1);
        return TVector.Sum(TVector.Add(TVector.Add(s0, s1), TVector.Add(s2, s3)));
    }

    // Sums for four rows of one column, from the vectors' lanes to memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(TVector s0, TVector s1, TVector s2, TVector s3, float bias, bool relu, float* y, int n)
    {
        Vector128<float> sums = TVector.Sum(s0, s1, s2, s3) + Vector128.Create(bias);
        if (relu)
            sums = Simd128.Fold(Simd128.Relu(new(sums)));
        if (n == 1)
        {
            sums.Store(y);
            return;
        }

        y[0] = sums.GetElement(0);
        y[n] = sums.GetElement(1);
        y[2 * n] = sums.GetElement(2);
        y[3 * n] = sums.GetElement(3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4X2(float* a, float* b, float* bias, float* y, int n, int k, int whole, int rest, TVector mask, bool relu)
    {
        float* a1 = a + k, a2 = a1 + k, a3 = a2 + k, b1 = b + whole + (rest > 0 ? TVector.Width : 0);
        TVector s00 = TVector.Zero, s01 = TVector.Zero, s10 = TVector.Zero, s11 = TVector.Zero;
        TVector s20 = TVector.Zero, s21 = TVector.Zero, s30 = TVector.Zero, s31 = TVector.Zero;
        for (nint i = 0; i < whole; i += TVector.Width)
        {
            TVector u = TVector.Load(b + i), v = TVector.Load(b1 + i);
            TVector x = TVector.Load(a + i);
            s00 = TVector.MultiplyAdd(x, u, s00);
            s01 = TVector.MultiplyAdd(x, v, s01);
            x = TVector.Load(a1 + i);
            s10 = TVector.MultiplyAdd(x, u, s10);
            s11 = TVector.MultiplyAdd(x, v, s11);
            x = TVector.Load(a2 + i);
            s20 = TVector.MultiplyAdd(x, u, s20);
            s21 = TVector.MultiplyAdd(x, v, s21);
            x = TVector.Load(a3 + i);
            s30 = TVector.MultiplyAdd(x, u, s30);
            s31 = TVector.MultiplyAdd(x, v, s31);
        }

        if (rest > 0)
        {
            TVector u = TVector.Load(b + whole), v = TVector.Load(b1 + whole);
            TVector x = LoadRest(a, whole, rest, mask);
            s00 = TVector.MultiplyAdd(x, u, s00);
            s01 = TVector.MultiplyAdd(x, v, s01);
            x = LoadRest(a1, whole, rest, mask);
            s10 = TVector.MultiplyAdd(x, u, s10);
            s11 = TVector.MultiplyAdd(x, v, s11);
            x = LoadRest(a2, whole, rest, mask);
            s20 = TVector.MultiplyAdd(x, u, s20);
            s21 = TVector.MultiplyAdd(x, v, s21);
            x = LoadRest(a3, whole, rest, mask);
            s30 = TVector.MultiplyAdd(x, u, s30);
            s31 = TVector.MultiplyAdd(x, v, s31);
        }

        Finish(s00, s10, s20, s30, bias[0], relu, y, n);
        Finish(s01, s11, s21, s31, bias[1], relu, y + 1, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4X1(float* a, float* b, float* bias, float* y, int n, int k, int whole, int rest, TVector mask, bool relu)
    {
        float* a1 = a + k, a2 = a1 + k, a3 = a2 + k;
        TVector s0 = TVector.Zero, s1 = TVector.Zero, s2 = TVector.Zero, s3 = TVector.Zero;
        for (nint i = 0; i < whole; i += TVector.Width)
        {
            TVector u = TVector.Load(b + i);
            s0 = TVector.MultiplyAdd(u, a + i, s0);
            s1 = TVector.MultiplyAdd(u, a1 + i, s1);
            s2 = TVector.MultiplyAdd(u, a2 + i, s2);
            s3 = TVector.MultiplyAdd(u, a3 + i, s3);
        }

        if (rest > 0)
        {
            TVector u = TVector.Load(b + whole);
            s0 = TVector.MultiplyAdd(LoadRest(a, whole, rest, mask), u, s0);
            s1 = TVector.MultiplyAdd(LoadRest(a1, whole, rest, mask), u, s1);
            s2 = TVector.MultiplyAdd(LoadRest(a2, whole, rest, mask), u, s2);
            s3 = TVector.MultiplyAdd(LoadRest(a3, whole, rest, mask), u, s3);
        }

        Finish(s0, s1, s2, s3, bias[0], relu, y, n);
    }
}
