using System.Numerics;

namespace MicroLake.Nn.Kernels;

/// <summary>The matrix product by its definition. Sums of float32 are kept in float64, so this is also the kernel for layers whose
/// weights are so large that float32 sums would lose what they add up to (<see cref="Conditioning"/>).</summary>
internal sealed unsafe class ReferenceDense<T>(DenseProblem p, int aSlot, int bSlot, int cSlot, int ySlot) : Kernel
    where T : unmanaged, INumber<T>
{
    public override void Run(byte** slots)
    {
        T* c = p.HasC ? (T*)slots[cSlot] : null;
        for (int i = 0; i < p.Products; i++)
        {
            T* a = (T*)slots[aSlot] + (long)p.AMatrix[i] * p.M * p.K;
            T* b = (T*)slots[bSlot] + (long)p.BMatrix[i] * p.K * p.N;
            T* y = (T*)slots[ySlot] + (long)i * p.M * p.N;
            for (int m = 0; m < p.M; m++)
                for (int n = 0; n < p.N; n++)
                    y[(long)m * p.N + n] = Element(a, b, c, m, n);
        }
    }

    private T Element(T* a, T* b, T* c, int m, int n)
    {
        if (typeof(T) == typeof(float))
            return T.CreateTruncating(Element<double>(a, b, c, m, n));
        return Element<T>(a, b, c, m, n);
    }

    /// <summary>One result, summed in <typeparamref name="TSum"/>: float64 for float32, so that the reference is exact to its last bit or two.</summary>
    private TSum Element<TSum>(T* a, T* b, T* c, int m, int n) where TSum : unmanaged, INumber<TSum>
    {
        TSum sum = TSum.Zero;
        for (int k = 0; k < p.K; k++)
        {
            T x = p.TransposeA ? a[(long)k * p.M + m] : a[(long)m * p.K + k];
            T w = p.TransposeB ? b[(long)n * p.K + k] : b[(long)k * p.N + n];
            sum = unchecked(sum + TSum.CreateTruncating(x) * TSum.CreateTruncating(w));
        }

        sum = Scale(sum, p.Alpha);
        if (c != null)
            sum = unchecked(sum + Scale(TSum.CreateTruncating(c[(long)m * p.CRowStride + (long)n * p.CColumnStride]), p.Beta));
        return p.Relu && sum < TSum.Zero ? TSum.Zero : sum;
    }

    private static TSum Scale<TSum>(TSum value, float factor) where TSum : unmanaged, INumber<TSum> =>
        factor == 1 ? value : typeof(TSum) == typeof(double)
            ? value * TSum.CreateTruncating(factor)
            : TSum.CreateTruncating(double.CreateTruncating(value) * factor);
}
