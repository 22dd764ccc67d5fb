using System.Runtime.CompilerServices;

namespace MicroLake.Nn.Kernels;

/// <summary>A dense layer of few columns whose input comes out of a Relu that was left out: a product counts only where its input is not negative.</summary>
/// <remarks>Zero times a weight is zero for finite weights only, which <see cref="StackLayer.CanGate"/> has made sure of; what is not a number passes
/// here as it passes a Relu.</remarks>
internal static unsafe class GatedDots<TVector> where TVector : struct, ISimd<TVector>
{
    /// <summary>One row: x is [K], y is [N]. Two columns at a time, since they share what is loaded of x.</summary>
    public static void RunRow(float* x, StackLayer layer, float* y)
    {
        int k = layer.K, column = 0;
        float* b = layer.Rest;
        for (; column <= layer.N - 2; column += 2, b += 2L * k)
            RowPair(x, b, layer.Bias + column, y + column, k, layer.Relu);
        if (column < layer.N)
            y[column] = Finish(RowSingle(x, b, layer.Bias[column], k), layer.Relu);
    }

    /// <summary>As many rows as a vector has lanes, a row in each: x is [K, Width], y is [N, Width].</summary>
    public static void RunLanes(float* x, StackLayer layer, float* y)
    {
        int k = layer.K, w = TVector.Width, column = 0;
        float* b = layer.Rest;
        for (; column <= layer.N - 2; column += 2, b += 2L * k, y += 2 * w)
            LanesPair(x, b, layer.Bias + column, y, k, layer.Relu);
        if (column < layer.N)
            LanesSingle(x, b, layer.Bias[column], y, k, layer.Relu);
    }

    private static void RowPair(float* x, float* b, float* bias, float* y, int k, bool relu)
    {
        int w = TVector.Width, i = 0;
        float* c = b + k;
        TVector s0 = TVector.Zero, s1 = TVector.Zero, t0 = TVector.Zero, t1 = TVector.Zero;
        for (; i <= k - 2 * w; i += 2 * w)
        {
            TVector u = TVector.Load(x + i), v = TVector.Load(x + i + w);
            s0 = TVector.Add(s0, TVector.Gate(TVector.Multiply(u, b + i), u));
            s1 = TVector.Add(s1, TVector.Gate(TVector.Multiply(u, c + i), u));
            t0 = TVector.Add(t0, TVector.Gate(TVector.Multiply(v, b + i + w), v));
            t1 = TVector.Add(t1, TVector.Gate(TVector.Multiply(v, c + i + w), v));
        }

        y[0] = Finish(Tail(x, b, i, k, bias[0] + TVector.Sum(TVector.Add(s0, t0))), relu);
        y[1] = Finish(Tail(x, c, i, k, bias[1] + TVector.Sum(TVector.Add(s1, t1))), relu);
    }

    private static float RowSingle(float* x, float* b, float bias, int k)
    {
        int w = TVector.Width, i = 0;
        TVector s = TVector.Zero, t = TVector.Zero;
        for (; i <= k - 2 * w; i += 2 * w)
        {
            TVector u = TVector.Load(x + i), v = TVector.Load(x + i + w);
            s = TVector.Add(s, TVector.Gate(TVector.Multiply(u, b + i), u));
            t = TVector.Add(t, TVector.Gate(TVector.Multiply(v, b + i + w), v));
        }

        return Tail(x, b, i, k, bias + TVector.Sum(TVector.Add(s, t)));
    }

    private static float Tail(float* x, float* b, int i, int k, float sum)
    {
        for (; i < k; i++)
            if (!(x[i] < 0))
                sum += x[i] * b[i];
        return sum;
    }

    private static void LanesPair(float* x, float* b, float* bias, float* y, int k, bool relu)
    {
        int w = TVector.Width;
        TVector s0 = TVector.Broadcast(bias[0]), s1 = TVector.Broadcast(bias[1]);
        for (float* end = b + k; b < end; b++, x += w)
        {
            TVector v = TVector.Load(x);
            s0 = TVector.Add(s0, TVector.Gate(TVector.Multiply(v, TVector.Broadcast(b[0])), v));
            s1 = TVector.Add(s1, TVector.Gate(TVector.Multiply(v, TVector.Broadcast(b[k])), v));
        }

        Store(s0, relu, y);
        Store(s1, relu, y + w);
    }

    private static void LanesSingle(float* x, float* b, float bias, float* y, int k, bool relu)
    {
        int w = TVector.Width;
        TVector s = TVector.Broadcast(bias);
        for (float* end = b + k; b < end; b++, x += w)
        {
            TVector v = TVector.Load(x);
            s = TVector.Add(s, TVector.Gate(TVector.Multiply(v, TVector.Broadcast(*b)), v));
        }

        Store(s, relu, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Finish(float sum, bool relu) => relu && sum < 0 ? 0 : sum;

    private static void Store(TVector sum, bool relu, float* y) => TVector.Store(relu ? TVector.Relu(sum) : sum, y);
}
