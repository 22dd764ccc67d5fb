using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroLake.Nn.Kernels;

/// <summary>
/// Two columns of a dense layer for one row, with two products of each in a vector: what is left over when columns are taken by fours, in layers so
/// small that adding the lanes of a dot product up takes as long as the products.
/// </summary>
internal static unsafe class PairDots
{
    private const int Lanes = 4;

    /// <summary>Floats of the layout for columns of that length.</summary>
    public static int Floats(int k) => ((k + 1) / 2 + 1) * Lanes;

    /// <summary>
    /// Packs columns c and d, one after the other in <paramref name="columns"/>: for each pair of rows i the lanes c[i], c[i+1], d[i], d[i+1]; for a last
    /// single row c[i], d[i] twice, which no lane is zero of (an emulator multiplies zeros slowly); at last the biases, twice.
    /// </summary>
    public static void Pack(ReadOnlySpan<float> columns, ReadOnlySpan<float> bias, int k, Span<float> target)
    {
        ReadOnlySpan<float> c = columns[..k], d = columns.Slice(k, k);
        int at = 0;
        for (int i = 0; i < k - 1; i += 2, at += Lanes)
            Put(target[at..], c[i], c[i + 1], d[i], d[i + 1]);
        if (k % 2 != 0)
        {
            Put(target[at..], c[k - 1], d[k - 1], c[k - 1], d[k - 1]);
            at += Lanes;
        }

        Put(target[at..], bias[0], bias[1], bias[0], bias[1]);
    }

    /// <summary>y[0] and y[1] of x, which is [K].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(float* x, float* pair, int k, float* y, bool relu)
    {
        Vector128<float> sums = Vector128<float>.Zero;
        float* end = x + (k & ~1);
        for (; x < end; x += 2, pair += Lanes)
            sums += Vector128.Create(Unsafe.ReadUnaligned<double>(x)).AsSingle() * Vector128.Load(pair);
        Vector128<float> both = Vector128.Shuffle(sums, Vector128.Create(0, 2, 0, 2)) + Vector128.Shuffle(sums, Vector128.Create(1, 3, 1, 3));
        if ((k & 1) != 0)
        {
            both += Vector128.Create(*x) * Vector128.Load(pair);
            pair += Lanes;
        }

        var result = new Simd128(both + Vector128.Load(pair));
        Simd128.StorePartial(relu ? Simd128.Relu(result) : result, y, 2);
    }

    private static void Put(Span<float> target, float a, float b, float c, float d)
    {
        target[0] = a;
        target[1] = b;
        target[2] = c;
        target[3] = d;
    }
}
