using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroLake.Nn.Kernels;

/// <summary>Softmax by its definition, less the greatest element so that nothing overflows.</summary>
internal sealed unsafe class ReferenceSoftmax<T>(int input, int output, int outer, int length, int inner) : Kernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Run(byte** slots)
    {
        T* x = (T*)slots[input], y = (T*)slots[output];
        for (int i = 0; i < outer; i++, x += (long)length * inner, y += (long)length * inner)
            for (int j = 0; j < inner; j++)
                RunOne(x + j, y + j);
    }

    private void RunOne(T* x, T* y)
    {
        T max = T.NegativeInfinity;
        for (long k = 0; k < length; k++)
            max = T.Max(max, x[k * inner]);
        T sum = T.Zero;
        for (long k = 0; k < length; k++)
        {
            T e = T.Exp(x[k * inner] - max);
            y[k * inner] = e;
            sum += e;
        }

        for (long k = 0; k < length; k++)
            y[k * inner] /= sum;
    }
}

/// <summary>Softmax of contiguous float32 elements, a vector at a time.</summary>
internal sealed unsafe class VectorSoftmax<TVector>(int input, int output, int outer, int length) : Kernel
    where TVector : struct, ISimd<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(byte** slots)
    {
        float* x = (float*)slots[input], y = (float*)slots[output];
        for (int i = 0; i < outer; i++, x += length, y += length)
            RunOne(x, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunOne(float* x, float* y)
    {
        float max = float.NegativeInfinity;
        for (int k = 0; k < length; k++)
            max = x[k] > max || float.IsNaN(x[k]) ? x[k] : max;

        TVector maxima = TVector.Broadcast(max), sums = TVector.Zero;
        int i = 0;
        for (; i <= length - TVector.Width; i += TVector.Width)
        {
            TVector e = VectorMath.Exp(TVector.Subtract(TVector.Load(x + i), maxima));
            TVector.Store(e, y + i);
            sums = TVector.Add(sums, e);
        }

        float sum = TVector.Sum(sums);
        for (; i < length; i++)
            sum += y[i] = MathF.Exp(x[i] - max);

        float factor = 1 / sum;
        TVector factors = TVector.Broadcast(factor);
        for (i = 0; i <= length - TVector.Width; i += TVector.Width)
            TVector.Store(TVector.Multiply(TVector.Load(y + i), factors), y + i);
        for (; i < length; i++)
            y[i] *= factor;
    }
}
