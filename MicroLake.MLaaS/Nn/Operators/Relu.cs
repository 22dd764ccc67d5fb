using System.Numerics;
using System.Runtime.CompilerServices;
using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Relu (versions 6, 13, 14): y = max(0, x); signed integers since version 14.</summary>
internal sealed class Relu : UnaryOperator<Relu.Function>
{
    public override string Name => nameof(Relu);

    public override PreparedNode Prepare(NodeContext context)
    {
        if (context.Opset < 14)
            return base.Prepare(context);
        return context[0].Type switch
        {
            ElementType.Int8 => new IntegerNode<sbyte>(context[0]),
            ElementType.Int16 => new IntegerNode<short>(context[0]),
            ElementType.Int32 => new IntegerNode<int>(context[0]),
            ElementType.Int64 => new IntegerNode<long>(context[0]),
            _ => base.Prepare(context),
        };
    }

    internal readonly struct Function : IUnaryFunction
    {
        public static double Reference(double x, double parameter) => x < 0 ? 0 : x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Evaluate<TVector>(TVector x, TVector parameter) where TVector : struct, ISimd<TVector> =>
            TVector.Relu(x);
    }

    private sealed class IntegerNode<T>(PlanValue input) : PreparedNode(input.Type, input.Shape) where T : unmanaged, INumber<T>
    {
        public override bool CanRunInPlace => true;

        public override bool PreservesRows(ReadOnlySpan<PlanValue?> inputs) => true;

        public override Kernel CreateKernel(KernelContext context) =>
            new IntegerKernel<T>(context.InputSlot(0), context.OutputSlot, (int)OutputShape.Count);
    }

    private sealed unsafe class IntegerKernel<T>(int input, int output, int count) : Kernel where T : unmanaged, INumber<T>
    {
        public override void Run(byte** slots)
        {
            T* x = (T*)slots[input], y = (T*)slots[output];
            for (int i = 0; i < count; i++)
                y[i] = T.Max(x[i], T.Zero);
        }
    }
}
