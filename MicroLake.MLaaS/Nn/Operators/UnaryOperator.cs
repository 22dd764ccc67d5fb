using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>An operator that applies a function of one float to each element.</summary>
internal abstract class UnaryOperator<TFunction> : Operator where TFunction : IUnaryFunction
{
    public override (int Min, int Max) InputCount => (1, 1);

    public override PreparedNode Prepare(NodeContext context)
    {
        context.RequireType(0, ElementType.Float32, ElementType.Float64);
        return new UnaryNode<TFunction>(context[0], Parameter(context));
    }

    protected virtual float Parameter(NodeContext context) => 0;
}

/// <summary>An element-wise function made ready.</summary>
internal sealed class UnaryNode<TFunction>(PlanValue input, float parameter) : PreparedNode(input.Type, input.Shape)
    where TFunction : IUnaryFunction
{
    public override bool CanRunInPlace => true;

    public override bool PreservesRows(ReadOnlySpan<PlanValue?> inputs) => true;

    public override Kernel CreateKernel(KernelContext context) =>
        context.Backend == ComputeBackend.Scalar || OutputType != ElementType.Float32
            ? new ReferenceUnary<TFunction>(context.InputSlot(0), context.OutputSlot, (int)OutputShape.Count, OutputType, parameter)
            : VectorFactory.Create(context.Backend, new Factory(context.InputSlot(0), context.OutputSlot, (int)OutputShape.Count, parameter));

    private readonly struct Factory(int input, int output, int count, float parameter) : IVectorFactory
    {
        public Kernel Create<TVector>() where TVector : struct, ISimd<TVector> =>
            new VectorUnary<TFunction, TVector>(input, output, count, parameter);
    }
}
