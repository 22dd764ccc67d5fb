using System.Numerics;

namespace MicroLake.Nn.Kernels;

/// <summary>y[outer, inner] = index of the greatest of x[outer, :, inner].</summary>
internal sealed unsafe class ArgMaxKernel<T>(int input, int output, int outer, int length, int inner, bool last) : Kernel
    where T : unmanaged, INumber<T>
{
    public override void Run(byte** slots)
    {
        T* x = (T*)slots[input];
        long* y = (long*)slots[output];
        for (int i = 0; i < outer; i++, x += (long)length * inner)
            for (int j = 0; j < inner; j++)
                *y++ = Find(x + j);
    }

    private int Find(T* x)
    {
        int best = 0;
        for (int k = 1; k < length; k++)
        {
            T candidate = x[(long)k * inner], current = x[(long)best * inner];
            if (candidate > current || (last && candidate == current) || (T.IsNaN(candidate) && (last || !T.IsNaN(current))))
                best = k;
        }

        return best;
    }
}
