namespace MicroLake.Nn.Kernels;

/// <summary>A dense layer for as many rows as a vector has lanes, a row in each lane: x is [K, Width], y is [N, Width].</summary>
internal static unsafe class RowLanes<TVector> where TVector : struct, ISimd<TVector>
{
    public static void Run(float* x, StackLayer layer, float* y)
    {
        int w = TVector.Width, wide = layer.Wide, k = layer.K, column = 0;
        bool relu = layer.Relu;
        float* bias = layer.Bias;
        for (; column <= wide - 8; column += 8, y += 8 * w)
            Tile8(x, layer.Weights + column, wide, bias + column, y, k, relu);
        if (column < wide)
        {
            Tile4(x, layer.Weights + column, wide, bias + column, y, k, relu);
            column += 4;
            y += 4 * w;
        }

        for (float* rest = layer.Rest; column < layer.N; column++, rest += k, y += w)
            Tile1(x, rest, bias[column], y, k, relu);
    }

    private static void Tile8(float* x, float* b, int stride, float* bias, float* y, int k, bool relu)
    {
        int w = TVector.Width;
        TVector s0 = TVector.Broadcast(bias[0]), s1 = TVector.Broadcast(bias[1]), s2 = TVector.Broadcast(bias[2]), s3 = TVector.Broadcast(bias[3]);
        TVector s4 = TVector.Broadcast(bias[4]), s5 = TVector.Broadcast(bias[5]), s6 = TVector.Broadcast(bias[6]), s7 = TVector.Broadcast(bias[7]);
        for (float* end = x + (long)k * w; x < end; x += w, b += stride)
        {
            TVector v = TVector.Load(x);
            s0 = TVector.MultiplyAdd(v, TVector.Broadcast(b[0]), s0);
            s1 = TVector.MultiplyAdd(v, TVector.Broadcast(b[1]), s1);
            s2 = TVector.MultiplyAdd(v, TVector.Broadcast(b[2]), s2);
            s3 = TVector.MultiplyAdd(v, TVector.Broadcast(b[3]), s3);
            s4 = TVector.MultiplyAdd(v, TVector.Broadcast(b[4]), s4);
            s5 = TVector.MultiplyAdd(v, TVector.Broadcast(b[5]), s5);
            s6 = TVector.MultiplyAdd(v, TVector.Broadcast(b[6]), s6);
            s7 = TVector.MultiplyAdd(v, TVector.Broadcast(b[7]), s7);
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

    private static void Tile4(float* x, float* b, int stride, float* bias, float* y, int k, bool relu)
    {
        int w = TVector.Width;
        TVector s0 = TVector.Broadcast(bias[0]), s1 = TVector.Broadcast(bias[1]), s2 = TVector.Broadcast(bias[2]), s3 = TVector.Broadcast(bias[3]);
        for (float* end = x + (long)k * w; x < end; x += w, b += stride)
        {
            TVector v = TVector.Load(x);
            s0 = TVector.MultiplyAdd(v, TVector.Broadcast(b[0]), s0);
            s1 = TVector.MultiplyAdd(v, TVector.Broadcast(b[1]), s1);
            s2 = TVector.MultiplyAdd(v, TVector.Broadcast(b[2]), s2);
            s3 = TVector.MultiplyAdd(v, TVector.Broadcast(b[3]), s3);
        }

        Store(s0, relu, y);
        Store(s1, relu, y + w);
        Store(s2, relu, y + 2 * w);
        Store(s3, relu, y + 3 * w);
    }

    // One column: sums of their own for even and odd k.
    private static void Tile1(float* x, float* b, float bias, float* y, int k, bool relu)
    {
        int w = TVector.Width, i = 0;
        TVector even = TVector.Broadcast(bias), odd = TVector.Zero;
        for (; i < k - 1; i += 2, x += 2 * w)
        {
            even = TVector.MultiplyAdd(TVector.Broadcast(b[i]), x, even);
            odd = TVector.MultiplyAdd(TVector.Broadcast(b[i + 1]), x + w, odd);
        }

        if (i < k)
            even = TVector.MultiplyAdd(TVector.Broadcast(b[i]), x, even);
        Store(TVector.Add(even, odd), relu, y);
    }

    private static void Store(TVector sum, bool relu, float* y) => TVector.Store(relu ? TVector.Relu(sum) : sum, y);
}
