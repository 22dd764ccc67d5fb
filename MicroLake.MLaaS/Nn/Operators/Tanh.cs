using System.Runtime.CompilerServices;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Tanh (versions 6, 13).</summary>
internal sealed class Tanh : UnaryOperator<Tanh.Function>
{
    public override string Name => nameof(Tanh);

    internal readonly struct Function : IUnaryFunction
    {
        public static double Reference(double x, double parameter) => Math.Tanh(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Evaluate<TVector>(TVector x, TVector parameter) where TVector : struct, ISimd<TVector> => VectorMath.Tanh(x);
    }
}
