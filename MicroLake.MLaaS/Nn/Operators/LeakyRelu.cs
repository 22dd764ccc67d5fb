using System.Runtime.CompilerServices;
using MicroLake.Nn.Kernels;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX LeakyRelu (versions 6, 16): y = x, and alpha * x where x is negative.</summary>
internal sealed class LeakyRelu : UnaryOperator<LeakyRelu.Function>
{
    public override string Name => nameof(LeakyRelu);

    public override string[] AttributeNames { get; } = ["alpha"];

    protected override float Parameter(NodeContext context) => context.Attributes.Float("alpha", 0.01f);

    internal readonly struct Function : IUnaryFunction
    {
        public static double Reference(double x, double parameter) => x < 0 ? parameter * x : x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Evaluate<TVector>(TVector x, TVector parameter) where TVector : struct, ISimd<TVector> =>
            TVector.SelectLess(x, TVector.Zero, TVector.Multiply(x, parameter), x);
    }
}
