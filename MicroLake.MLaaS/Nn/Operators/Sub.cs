using System.Runtime.CompilerServices;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Sub: the difference of two tensors; integers wrap around.</summary>
internal sealed class Sub : BinaryOperator<Sub.Function>
{
    public override string Name => nameof(Sub);

    internal readonly struct Function : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Reference<T>(T a, T b) where T : unmanaged, System.Numerics.INumber<T> => unchecked(a - b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Evaluate<TVector>(TVector a, TVector b) where TVector : struct, ISimd<TVector> => TVector.Subtract(a, b);
    }
}
