using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroLake.Nn.Kernels;

/// <summary>A function of two numbers.</summary>
internal interface IBinaryFunction
{
    /// <summary>The reference.</summary>
    static abstract T Reference<T>(T a, T b) where T : unmanaged, INumber<T>;

    /// <summary>The same over float32 vectors.</summary>
    static abstract TVector Evaluate<TVector>(TVector a, TVector b) where TVector : struct, ISimd<TVector>;
}

/// <summary>y = f(a, b) with broadcasting, by plain loop.</summary>
internal sealed unsafe class ReferenceBinary<TFunction, T>(int first, int second, int output, BroadcastLoop loop) : Kernel
    where TFunction : IBinaryFunction
    where T : unmanaged, INumber<T>
{
    public override void Run(byte** slots)
    {
        T* a = (T*)slots[first], b = (T*)slots[second], y = (T*)slots[output];
        int i = 0, j = 0;
        for (int run = 0; run < loop.Runs; run++, y += loop.Run)
        {
            for (int k = 0; k < loop.Run; k++)
                y[k] = TFunction.Reference(a[i + k * loop.AStep], b[j + k * loop.BStep]);
            loop.Next(ref i, ref j);
        }
    }
}

/// <summary>y = f(a, b) with broadcasting for float32, a vector at a time.</summary>
internal sealed unsafe class VectorBinary<TFunction, TVector>(int first, int second, int output, BroadcastLoop loop) : Kernel
    where TFunction : IBinaryFunction
    where TVector : struct, ISimd<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(byte** slots)
    {
        float* a = (float*)slots[first], b = (float*)slots[second], y = (float*)slots[output];
        int i = 0, j = 0, count = loop.Run, aStep = loop.AStep, bStep = loop.BStep;
        for (int run = 0; run < loop.Runs; run++, y += count)
        {
            RunOnce(a + i, aStep, b + j, bStep, y, count);
            loop.Next(ref i, ref j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunOnce(float* a, int aStep, float* b, int bStep, float* y, int count)
    {
        int k = 0;
        if (aStep != 0 && bStep != 0)
        {
            for (; k <= count - TVector.Width; k += TVector.Width)
                TVector.Store(TFunction.Evaluate(TVector.Load(a + k), TVector.Load(b + k)), y + k);
        }
        else if (aStep != 0)
        {
            TVector fixedB = TVector.Broadcast(*b);
            for (; k <= count - TVector.Width; k += TVector.Width)
                TVector.Store(TFunction.Evaluate(TVector.Load(a + k), fixedB), y + k);
        }
        else if (bStep != 0)
        {
            TVector fixedA = TVector.Broadcast(*a);
            for (; k <= count - TVector.Width; k += TVector.Width)
                TVector.Store(TFunction.Evaluate(fixedA, TVector.Load(b + k)), y + k);
        }

        for (; k < count; k++)
            y[k] = TFunction.Reference(a[k * aStep], b[k * bStep]);
    }
}
