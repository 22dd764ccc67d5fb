using System.Runtime.CompilerServices;

namespace MicroLake.Nn.Kernels;

/// <summary>A function of one float, with a parameter.</summary>
internal interface IUnaryFunction
{
    /// <summary>The reference.</summary>
    static abstract double Reference(double x, double parameter);

    /// <summary>The same over a vector.</summary>
    static abstract TVector Evaluate<TVector>(TVector x, TVector parameter) where TVector : struct, ISimd<TVector>;
}

/// <summary>y[i] = f(x[i]) by plain loop.</summary>
internal sealed unsafe class ReferenceUnary<TFunction>(int input, int output, int count, ElementType type, double parameter) : Kernel
    where TFunction : IUnaryFunction
{
    public override void Run(byte** slots)
    {
        if (type == ElementType.Float64)
        {
            double* x = (double*)slots[input], y = (double*)slots[output];
            for (int i = 0; i < count; i++)
                y[i] = TFunction.Reference(x[i], parameter);
        }
        else
        {
            float* x = (float*)slots[input], y = (float*)slots[output];
            for (int i = 0; i < count; i++)
                y[i] = (float)TFunction.Reference(x[i], parameter);
        }
    }
}

/// <summary>y[i] = f(x[i]) for float32, a vector at a time.</summary>
internal sealed unsafe class VectorUnary<TFunction, TVector>(int input, int output, int count, float parameter) : Kernel
    where TFunction : IUnaryFunction
    where TVector : struct, ISimd<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(byte** slots)
    {
        float* x = (float*)slots[input], y = (float*)slots[output];
        TVector p = TVector.Broadcast(parameter);
        int i = 0;
        for (; i <= count - TVector.Width; i += TVector.Width)
            TVector.Store(TFunction.Evaluate(TVector.Load(x + i), p), y + i);
        if (i < count)
        {
            // The last few go through a buffer of a whole vector, so that they round as the others do.
            float* rest = stackalloc float[TVector.Width];
            for (int j = 0; j < TVector.Width; j++)
                rest[j] = i + j < count ? x[i + j] : 0;
            TVector.StorePartial(TFunction.Evaluate(TVector.Load(rest), p), y + i, count - i);
        }
    }
}
