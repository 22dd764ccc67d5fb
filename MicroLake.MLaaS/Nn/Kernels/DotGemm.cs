using System.Runtime.CompilerServices;

namespace MicroLake.Nn.Kernels;

/// <summary>Y[M,N] = max(floor, A[M,K] * B + bias) for few columns, with B in <see cref="DotLayout"/>: vectors run along K, and the
/// lanes are added at the end.</summary>
internal static unsafe class DotGemm<TVector> where TVector : struct, ISimd<TVector>
{
    /// <summary>Runs the product; parameters as in <see cref="PanelGemm{TVector}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* a, float* columns, float* bias, float* y, int m, int n, int k, float floor)
    {
        int whole = k / TVector.Width * TVector.Width, rest = k - whole;
        int stride = whole + (rest > 0 ? TVector.Width : 0);
        int row = 0;
        for (; row <= m - 4; row += 4, a += 4L * k, y += 4L * n)
        {
            int column = 0;
            for (; column <= n - 2; column += 2)
                Tile4X2(a, columns + (long)column * stride, bias + column, y + column, n, k, whole, rest, floor);
            if (column < n)
                Tile4X1(a, columns + (long)column * stride, bias + column, y + column, n, k, whole, rest, floor);
        }

        for (; row < m; row++, a += k, y += n)
            for (int column = 0; column < n; column++)
                y[column] = Max(Dot(a, columns + (long)column * stride, whole, rest) + bias[column], floor);
    }

    /// <summary>True where this takes fewer vector operations than <see cref="PanelGemm{TVector}"/>.</summary>
    public static bool Suits(int n, int k) =>
        n * (k / TVector.Width + 7L) < 2L * k * PanelLayout.Panels(n, TVector.Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Max(float value, float floor) => value < floor ? floor : value;

    // The last lanes of a row, with zeros behind them: nothing is read beyond the row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadRest(float* a, int rest)
    {
        float* buffer = stackalloc float[16];
        for (int i = 0; i < TVector.Width; i++)
            buffer[i] = i < rest ? a[i] : 0;
        return TVector.Load(buffer);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(float* a, float* b, int whole, int rest)
    {
        int w = TVector.Width, i = 0;
        TVector s0 = TVector.Zero, s1 = TVector.Zero, s2 = TVector.Zero, s3 = TVector.Zero;
        for (; i <= whole - 4 * w; i += 4 * w)
        {
            s0 = TVector.MultiplyAdd(TVector.Load(a + i), TVector.Load(b + i), s0);
            s1 = TVector.MultiplyAdd(TVector.Load(a + i + w), TVector.Load(b + i + w), s1);
            s2 = TVector.MultiplyAdd(TVector.Load(a + i + 2 * w), TVector.Load(b + i + 2 * w), s2);
            s3 = TVector.MultiplyAdd(TVector.Load(a + i + 3 * w), TVector.Load(b + i + 3 * w), s3);
        }

        for (; i < whole; i += w)
            s0 = TVector.MultiplyAdd(TVector.Load(a + i), TVector.Load(b + i), s0);
        float tail = 0;
        for (int j = 0; j < rest; j++)
            tail += a[i + j] * b[i + j];
        return TVector.Sum(TVector.Add(TVector.Add(s0, s1), TVector.Add(s2, s3))) + tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4X2(float* a, float* b, float* bias, float* y, int n, int k, int whole, int rest, float floor)
    {
        float* a1 = a + k, a2 = a1 + k, a3 = a2 + k, b1 = b + whole + (rest > 0 ? TVector.Width : 0);
        TVector s00 = TVector.Zero, s01 = TVector.Zero, s10 = TVector.Zero, s11 = TVector.Zero;
        TVector s20 = TVector.Zero, s21 = TVector.Zero, s30 = TVector.Zero, s31 = TVector.Zero;
        nint i = 0;
        for (; i < whole; i += TVector.Width)
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
            TVector u = TVector.Load(b + i), v = TVector.Load(b1 + i);
            TVector x = LoadRest(a + i, rest);
            s00 = TVector.MultiplyAdd(x, u, s00);
            s01 = TVector.MultiplyAdd(x, v, s01);
            x = LoadRest(a1 + i, rest);
            s10 = TVector.MultiplyAdd(x, u, s10);
            s11 = TVector.MultiplyAdd(x, v, s11);
            x = LoadRest(a2 + i, rest);
            s20 = TVector.MultiplyAdd(x, u, s20);
            s21 = TVector.MultiplyAdd(x, v, s21);
            x = LoadRest(a3 + i, rest);
            s30 = TVector.MultiplyAdd(x, u, s30);
            s31 = TVector.MultiplyAdd(x, v, s31);
        }

        y[0] = Max(TVector.Sum(s00) + bias[0], floor);
        y[1] = Max(TVector.Sum(s01) + bias[1], floor);
        y[n] = Max(TVector.Sum(s10) + bias[0], floor);
        y[n + 1] = Max(TVector.Sum(s11) + bias[1], floor);
        y[2 * n] = Max(TVector.Sum(s20) + bias[0], floor);
        y[2 * n + 1] = Max(TVector.Sum(s21) + bias[1], floor);
        y[3 * n] = Max(TVector.Sum(s30) + bias[0], floor);
        y[3 * n + 1] = Max(TVector.Sum(s31) + bias[1], floor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4X1(float* a, float* b, float* bias, float* y, int n, int k, int whole, int rest, float floor)
    {
        float* a1 = a + k, a2 = a1 + k, a3 = a2 + k;
        TVector s0 = TVector.Zero, s1 = TVector.Zero, s2 = TVector.Zero, s3 = TVector.Zero;
        nint i = 0;
        for (; i < whole; i += TVector.Width)
        {
            TVector u = TVector.Load(b + i);
            s0 = TVector.MultiplyAdd(TVector.Load(a + i), u, s0);
            s1 = TVector.MultiplyAdd(TVector.Load(a1 + i), u, s1);
            s2 = TVector.MultiplyAdd(TVector.Load(a2 + i), u, s2);
            s3 = TVector.MultiplyAdd(TVector.Load(a3 + i), u, s3);
        }

        if (rest > 0)
        {
            TVector u = TVector.Load(b + i);
            s0 = TVector.MultiplyAdd(LoadRest(a + i, rest), u, s0);
            s1 = TVector.MultiplyAdd(LoadRest(a1 + i, rest), u, s1);
            s2 = TVector.MultiplyAdd(LoadRest(a2 + i, rest), u, s2);
            s3 = TVector.MultiplyAdd(LoadRest(a3 + i, rest), u, s3);
        }

        y[0] = Max(TVector.Sum(s0) + bias[0], floor);
        y[n] = Max(TVector.Sum(s1) + bias[0], floor);
        y[2 * n] = Max(TVector.Sum(s2) + bias[0], floor);
        y[3 * n] = Max(TVector.Sum(s3) + bias[0], floor);
    }
}
