using System.Runtime.CompilerServices;

namespace MicroLake.Nn.Kernels;

/// <summary>Y[M,N] = A[M,K] * B + bias, negative results replaced by 0 where wanted, with B in <see cref="PanelLayout"/>: blocks of up to 6 rows by 2 vectors stay in
/// registers for the whole of K.</summary>
internal static unsafe class PanelGemm<TVector> where TVector : struct, ISimd<TVector>
{
    /// <summary>Runs the product.</summary>
    /// <param name="a">A, rows of <paramref name="k"/> floats.</param>
    /// <param name="panels">B in panels of <see cref="PanelLayout.Columns"/>.</param>
    /// <param name="bias">One float per column, padded with zeros to whole panels.</param>
    /// <param name="y">Y, rows of <paramref name="n"/> floats.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Length of each sum.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="slack">Whether a panel of floats behind Y's end may be overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* a, float* panels, float* bias, float* y, int m, int n, int k, bool relu, bool slack)
    {
        int columns = PanelLayout.Columns(m, n, TVector.Width);
        if (columns > PanelLayout.Narrow * TVector.Width)
        {
            for (int first = 0; first < n; first += columns, panels += (long)columns * k)
                WideTile1(a, panels, bias + first, y + first, Math.Min(columns, n - first), k, relu);
            return;
        }

        for (int first = 0; first < n; first += columns, panels += (long)columns * k)
        {
            // A single panel may store whole vectors: what goes beyond a row is where the next row is stored later.
            int left = slack && n <= columns ? columns : n - first;
            RunPanel(a, panels, bias + first, y + first, m, n, left, k, relu);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPanel(float* a, float* panel, float* bias, float* y, int m, int n, int left, int k, bool relu)
    {
        while (m > 0)
        {
            int rows;
            // No single row stays for the end where the rows can be shared out more evenly.
            if (m == 6 || m >= 9)
            {
                Tile6(a, panel, bias, y, n, left, k, relu);
                rows = 6;
            }
            else if (m is 4 or 7 or 8)
            {
                Tile4(a, panel, bias, y, n, left, k, relu);
                rows = 4;
            }
            else if (m is 3 or 5)
            {
                Tile3(a, panel, bias, y, n, left, k, relu);
                rows = 3;
            }
            else if (m == 2)
            {
                Tile2(a, panel, bias, y, n, left, k, relu);
                rows = 2;
            }
            else
            {
                Tile1(a, panel, bias, y, left, k, relu);
                rows = 1;
            }

            m -= rows;
            a += (long)rows * k;
            y += (long)rows * n;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(TVector low, TVector high, bool relu, float* y, int left)
    {
        if (relu)
        {
            low = TVector.Relu(low);
            high = TVector.Relu(high);
        }

        if (left >= 2 * TVector.Width)
        {
            TVector.Store(low, y);
            TVector.Store(high, y + TVector.Width);
            return;
        }

        if (left < TVector.Width)
        {
            TVector.StorePartial(low, y, left);
            return;
        }

        TVector.Store(low, y);
        if (left > TVector.Width)
            TVector.StorePartial(high, y + TVector.Width, left - TVector.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6(float* a, float* b, float* bias, float* y, int stride, int left, int k, bool relu)
    {
        TVector low0 = TVector.Load(bias), high0 = TVector.Load(bias + TVector.Width);
        TVector low1 = low0, high1 = high0;
        TVector low2 = low0, high2 = high0;
        TVector low3 = low0, high3 = high0;
        TVector low4 = low0, high4 = high0;
        TVector low5 = low0, high5 = high0;
        float* a1 = a + k, a2 = a1 + k, a3 = a2 + k, a4 = a3 + k, a5 = a4 + k;
        for (nint i = 0; i < k; i++, b += 2 * TVector.Width)
        {
            TVector bLow = TVector.Load(b), bHigh = TVector.Load(b + TVector.Width);
            TVector x = TVector.Broadcast(a[i]);
            low0 = TVector.MultiplyAdd(x, bLow, low0);
            high0 = TVector.MultiplyAdd(x, bHigh, high0);
            x = TVector.Broadcast(a1[i]);
            low1 = TVector.MultiplyAdd(x, bLow, low1);
            high1 = TVector.MultiplyAdd(x, bHigh, high1);
            x = TVector.Broadcast(a2[i]);
            low2 = TVector.MultiplyAdd(x, bLow, low2);
            high2 = TVector.MultiplyAdd(x, bHigh, high2);
            x = TVector.Broadcast(a3[i]);
            low3 = TVector.MultiplyAdd(x, bLow, low3);
            high3 = TVector.MultiplyAdd(x, bHigh, high3);
            x = TVector.Broadcast(a4[i]);
            low4 = TVector.MultiplyAdd(x, bLow, low4);
            high4 = TVector.MultiplyAdd(x, bHigh, high4);
            x = TVector.Broadcast(a5[i]);
            low5 = TVector.MultiplyAdd(x, bLow, low5);
            high5 = TVector.MultiplyAdd(x, bHigh, high5);
        }

        Finish(low0, high0, relu, y, left);
        Finish(low1, high1, relu, y + stride, left);
        Finish(low2, high2, relu, y + 2 * stride, left);
        Finish(low3, high3, relu, y + 3 * stride, left);
        Finish(low4, high4, relu, y + 4 * stride, left);
        Finish(low5, high5, relu, y + 5 * stride, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(float* a, float* b, float* bias, float* y, int stride, int left, int k, bool relu)
    {
        TVector low0 = TVector.Load(bias), high0 = TVector.Load(bias + TVector.Width);
        TVector low1 = low0, high1 = high0;
        TVector low2 = low0, high2 = high0;
        TVector low3 = low0, high3 = high0;
        float* a1 = a + k, a2 = a1 + k, a3 = a2 + k;
        for (nint i = 0; i < k; i++, b += 2 * TVector.Width)
        {
            TVector bLow = TVector.Load(b), bHigh = TVector.Load(b + TVector.Width);
            TVector x = TVector.Broadcast(a[i]);
            low0 = TVector.MultiplyAdd(x, bLow, low0);
            high0 = TVector.MultiplyAdd(x, bHigh, high0);
            x = TVector.Broadcast(a1[i]);
            low1 = TVector.MultiplyAdd(x, bLow, low1);
            high1 = TVector.MultiplyAdd(x, bHigh, high1);
            x = TVector.Broadcast(a2[i]);
            low2 = TVector.MultiplyAdd(x, bLow, low2);
            high2 = TVector.MultiplyAdd(x, bHigh, high2);
            x = TVector.Broadcast(a3[i]);
            low3 = TVector.MultiplyAdd(x, bLow, low3);
            high3 = TVector.MultiplyAdd(x, bHigh, high3);
        }

        Finish(low0, high0, relu, y, left);
        Finish(low1, high1, relu, y + stride, left);
        Finish(low2, high2, relu, y + 2 * stride, left);
        Finish(low3, high3, relu, y + 3 * stride, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3(float* a, float* b, float* bias, float* y, int stride, int left, int k, bool relu)
    {
        TVector low0 = TVector.Load(bias), high0 = TVector.Load(bias + TVector.Width);
        TVector low1 = low0, high1 = high0;
        TVector low2 = low0, high2 = high0;
        float* a1 = a + k, a2 = a1 + k;
        for (nint i = 0; i < k; i++, b += 2 * TVector.Width)
        {
            TVector bLow = TVector.Load(b), bHigh = TVector.Load(b + TVector.Width);
            TVector x = TVector.Broadcast(a[i]);
            low0 = TVector.MultiplyAdd(x, bLow, low0);
            high0 = TVector.MultiplyAdd(x, bHigh, high0);
            x = TVector.Broadcast(a1[i]);
            low1 = TVector.MultiplyAdd(x, bLow, low1);
            high1 = TVector.MultiplyAdd(x, bHigh, high1);
            x = TVector.Broadcast(a2[i]);
            low2 = TVector.MultiplyAdd(x, bLow, low2);
            high2 = TVector.MultiplyAdd(x, bHigh, high2);
        }

        Finish(low0, high0, relu, y, left);
        Finish(low1, high1, relu, y + stride, left);
        Finish(low2, high2, relu, y + 2 * stride, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2(float* a, float* b, float* bias, float* y, int stride, int left, int k, bool relu)
    {
        TVector low0 = TVector.Load(bias), high0 = TVector.Load(bias + TVector.Width);
        TVector low1 = low0, high1 = high0;
        float* a1 = a + k;
        for (nint i = 0; i < k; i++, b += 2 * TVector.Width)
        {
            TVector bLow = TVector.Load(b), bHigh = TVector.Load(b + TVector.Width);
            TVector x = TVector.Broadcast(a[i]);
            low0 = TVector.MultiplyAdd(x, bLow, low0);
            high0 = TVector.MultiplyAdd(x, bHigh, high0);
            x = TVector.Broadcast(a1[i]);
            low1 = TVector.MultiplyAdd(x, bLow, low1);
            high1 = TVector.MultiplyAdd(x, bHigh, high1);
        }

        Finish(low0, high0, relu, y, left);
        Finish(low1, high1, relu, y + stride, left);
    }

    // One row, a wide panel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideTile1(float* a, float* b, float* bias, float* y, int left, int k, bool relu)
    {
        int w = TVector.Width;
        TVector s0 = TVector.Load(bias), s1 = TVector.Load(bias + w), s2 = TVector.Load(bias + 2 * w), s3 = TVector.Load(bias + 3 * w);
        TVector s4 = TVector.Load(bias + 4 * w), s5 = TVector.Load(bias + 5 * w), s6 = TVector.Load(bias + 6 * w), s7 = TVector.Load(bias + 7 * w);
        for (float* end = a + k; a < end; a++, b += 8 * w)
        {
            TVector x = TVector.Broadcast(*a);
            s0 = TVector.MultiplyAdd(x, b, s0);
            s1 = TVector.MultiplyAdd(x, b + w, s1);
            s2 = TVector.MultiplyAdd(x, b + 2 * w, s2);
            s3 = TVector.MultiplyAdd(x, b + 3 * w, s3);
            s4 = TVector.MultiplyAdd(x, b + 4 * w, s4);
            s5 = TVector.MultiplyAdd(x, b + 5 * w, s5);
            s6 = TVector.MultiplyAdd(x, b + 6 * w, s6);
            s7 = TVector.MultiplyAdd(x, b + 7 * w, s7);
        }

        Finish(s0, s1, relu, y, left);
        if (left > 2 * w)
            Finish(s2, s3, relu, y + 2 * w, left - 2 * w);
        if (left > 4 * w)
            Finish(s4, s5, relu, y + 4 * w, left - 4 * w);
        if (left > 6 * w)
            Finish(s6, s7, relu, y + 6 * w, left - 6 * w);
    }

    // One row, one panel: even and odd k in sums of their own.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1(float* a, float* b, float* bias, float* y, int left, int k, bool relu)
    {
        int w = TVector.Width;
        TVector low = TVector.Load(bias), high = TVector.Load(bias + w), oddLow = TVector.Zero, oddHigh = TVector.Zero;
        int i = 0;
        for (; i < k - 1; i += 2, b += 4 * w)
        {
            TVector x = TVector.Broadcast(a[i]), odd = TVector.Broadcast(a[i + 1]);
            low = TVector.MultiplyAdd(x, b, low);
            high = TVector.MultiplyAdd(x, b + w, high);
            oddLow = TVector.MultiplyAdd(odd, b + 2 * w, oddLow);
            oddHigh = TVector.MultiplyAdd(odd, b + 3 * w, oddHigh);
        }

        if (i < k)
        {
            TVector x = TVector.Broadcast(a[i]);
            low = TVector.MultiplyAdd(x, b, low);
            high = TVector.MultiplyAdd(x, b + w, high);
        }

        Finish(TVector.Add(low, oddLow), TVector.Add(high, oddHigh), relu, y, left);
    }
}
