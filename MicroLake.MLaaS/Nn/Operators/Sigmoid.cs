using System.Runtime.CompilerServices;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Sigmoid (versions 6, 13): y = 1 / (1 + e^-x).</summary>
internal sealed class Sigmoid : UnaryOperator<Sigmoid.Function>
{
    public override string Name => nameof(Sigmoid);

    internal readonly struct Function : IUnaryFunction
    {
        public static double Reference(double x, double parameter) => 1 / (1 + Math.Exp(-x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Evaluate<TVector>(TVector x, TVector parameter) where TVector : struct, ISimd<TVector> => VectorMath.Sigmoid(x);
    }
}
