using System.Runtime.CompilerServices;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Div: the quotient of two tensors, truncated for integers. An integer divided by zero, which ONNX leaves
/// undefined, is 0, and the most negative integer divided by -1 is itself.</summary>
internal sealed class Div : BinaryOperator<Div.Function>
{
    public override string Name => nameof(Div);

    internal readonly struct Function : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Reference<T>(T a, T b) where T : unmanaged, System.Numerics.INumber<T>
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
                return a / b;
            if (T.IsZero(b))
                return T.Zero;
            // In two's complement 0 - a is a's negative, and the most negative number's is itself; the processor would trap.
            return T.IsNegative(b) && T.IsZero(b + T.One) ? unchecked(T.Zero - a) : a / b;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Evaluate<TVector>(TVector a, TVector b) where TVector : struct, ISimd<TVector> => TVector.Divide(a, b);
    }
}
