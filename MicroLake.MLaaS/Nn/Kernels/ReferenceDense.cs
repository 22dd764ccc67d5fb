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
        T* x = p.TransposeA ? a + m : a + (long)m * p.K, w = p.TransposeB ? b + (long)n * p.K : b + n;
        nint xStep = p.TransposeA ? p.M : 1, wStep = p.TransposeB ? 1 : p.N;
        T* addend = c == null ? null : c + (long)m * p.CRowStride + (long)n * p.CColumnStride;
        return typeof(T) == typeof(float)
            ? T.CreateTruncating(Finish(Dot((float*)x, xStep, (float*)w, wStep), addend))
            : T.CreateTruncating(Finish(Dot(x, xStep, w, wStep), addend));
    }

    private double Dot(float* x, nint xStep, float* w, nint wStep)
    {
        double sum = 0;
        for (int k = p.K; k > 0; k--, x += xStep, w += wStep)
            sum += (double)*x * *w;
        return sum;
    }

    private T Dot(T* x, nint xStep, T* w, nint wStep)
    {
        T sum = T.Zero;
        for (int k = p.K; k > 0; k--, x += xStep, w += wStep)
            sum = unchecked(sum + *x * *w);
        return sum;
    }

    private TSum Finish<TSum>(TSum sum, T* c) where TSum : unmanaged, INumber<TSum>
    {
        sum = Scale(sum, p.Alpha);
        if (c != null)
            sum = unchecked(sum + Scale(TSum.CreateTruncating(*c), p.Beta));
        return p.Relu && sum < TSum.Zero ? TSum.Zero : sum;
    }

    private static TSum Scale<TSum>(TSum value, float factor) where TSum : unmanaged, INumber<TSum> =>
        factor == 1 ? value : typeof(TSum) == typeof(double)
            ? value * TSum.CreateTruncating(factor)
            : TSum.CreateTruncating(double.CreateTruncating(value) * factor);
}
