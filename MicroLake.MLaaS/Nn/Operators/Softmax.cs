using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Softmax: e^x / sum of e^x. Since version 13 along one axis, the last by default; before (versions 1 and 11) over all
/// dimensions from the axis on taken together, 1 by default.</summary>
internal sealed class Softmax : Operator
{
    public override string Name => nameof(Softmax);

    public override (int Min, int Max) InputCount => (1, 1);

    public override string[] AttributeNames { get; } = ["axis"];

    public override PreparedNode Prepare(NodeContext context)
    {
        PlanValue input = context[0];
        context.RequireType(0, ElementType.Float32, ElementType.Float64);
        Shape shape = input.Shape;
        if (context.Opset >= 13)
        {
            if (shape.Rank == 0)
                context.Fail("the input is a scalar; it has no axis. Export the model again.");
            int axis = context.Axis("axis", -1, shape.Rank, shape.Rank - 1);
            return new SoftmaxNode(input, axis, shape[axis], shape.CountFrom(axis + 1));
        }

        if (context.Opset < 11 && context.Attributes.Int("axis", 1) < 0)
            context.Fail($"axis is negative, which operator set {context.Opset} does not allow. Export the model with operator set 11 or later.");
        int from = context.Axis("axis", Math.Min(1, shape.Rank), shape.Rank, shape.Rank);
        return new SoftmaxNode(input, from, shape.CountFrom(from), 1);
    }
}

/// <summary>A softmax made ready: <paramref name="length"/> elements, <paramref name="inner"/> apart, sum to 1.</summary>
internal sealed class SoftmaxNode(PlanValue input, int axis, long length, long inner) : PreparedNode(input.Type, input.Shape)
{
    public override bool CanRunInPlace => true;

    public override bool PreservesRows(ReadOnlySpan<PlanValue?> inputs) => axis > 0;

    public override Kernel CreateKernel(KernelContext context)
    {
        int outer = (int)OutputShape.CountTo(axis);
        if (OutputType == ElementType.Float64)
            return new ReferenceSoftmax<double>(context.InputSlot(0), context.OutputSlot, outer, (int)length, (int)inner);
        return context.Backend == ComputeBackend.Scalar || inner != 1
            ? new ReferenceSoftmax<float>(context.InputSlot(0), context.OutputSlot, outer, (int)length, (int)inner)
            : VectorFactory.Create(context.Backend, new Factory(context.InputSlot(0), context.OutputSlot, outer, (int)length));
    }

    private readonly struct Factory(int input, int output, int outer, int length) : IVectorFactory
    {
        public Kernel Create<TVector>() where TVector : struct, ISimd<TVector> => new VectorSoftmax<TVector>(input, output, outer, length);
    }
}
