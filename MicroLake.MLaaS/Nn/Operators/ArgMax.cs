using System.Numerics;
using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX ArgMax (versions 1, 11, 12, 13): index of the greatest element along an axis, the first of equals, or with
/// select_last_index (since version 12) the last. A NaN counts as greater than any number, as in NumPy.</summary>
internal sealed class ArgMax : Operator
{
    public override string Name => nameof(ArgMax);

    public override (int Min, int Max) InputCount => (1, 1);

    public override string[] AttributeNames { get; } = ["axis", "keepdims", "select_last_index"];

    public override PreparedNode Prepare(NodeContext context)
    {
        PlanValue input = context[0];
        if (input.Shape.Rank == 0)
            context.Fail("the input is a scalar; it has no axis to search along. Export the model again.");
        int axis = context.Axis("axis", 0, input.Shape.Rank, input.Shape.Rank - 1);
        if (context.Opset < 11 && context.Attributes.Int("axis", 0) < 0)
            context.Fail($"axis is negative, which operator set {context.Opset} does not allow. Export the model with operator set 11 or later.");
        if (input.Shape[axis] == 0)
            context.Fail($"the input is {input.Shape}: there is nothing to choose from in dimension {axis}.");
        bool last = context.Opset >= 12 && context.Attributes.Int("select_last_index", 0) != 0;
        bool keep = context.Attributes.Int("keepdims", 1) != 0;
        Shape shape = keep
            ? input.Shape.With(axis, 1)
            : new([.. input.Shape.Dimensions[..axis], .. input.Shape.Dimensions[(axis + 1)..]]);
        return input.Type switch
        {
            ElementType.Float32 => new ArgMaxNode<float>(input, axis, last, shape),
            ElementType.Float64 => new ArgMaxNode<double>(input, axis, last, shape),
            ElementType.Int8 => new ArgMaxNode<sbyte>(input, axis, last, shape),
            ElementType.Int16 => new ArgMaxNode<short>(input, axis, last, shape),
            ElementType.Int32 => new ArgMaxNode<int>(input, axis, last, shape),
            ElementType.Int64 => new ArgMaxNode<long>(input, axis, last, shape),
            ElementType.UInt8 => new ArgMaxNode<byte>(input, axis, last, shape),
            ElementType.UInt16 => new ArgMaxNode<ushort>(input, axis, last, shape),
            ElementType.UInt32 => new ArgMaxNode<uint>(input, axis, last, shape),
            ElementType.UInt64 => new ArgMaxNode<ulong>(input, axis, last, shape),
            _ => Refuse(context),
        };
    }

    private static PreparedNode Refuse(NodeContext context)
    {
        context.RequireType(0, ElementType.Float32);
        throw new System.Diagnostics.UnreachableException();
    }
}

/// <summary>An ArgMax made ready.</summary>
internal sealed class ArgMaxNode<T>(PlanValue input, int axis, bool last, Shape shape) : PreparedNode(ElementType.Int64, shape)
    where T : unmanaged, INumber<T>
{
    public override long Work => input.Shape.Count;

    public override bool PreservesRows(ReadOnlySpan<PlanValue?> inputs) => axis > 0;

    public override Kernel CreateKernel(KernelContext context) => new ArgMaxKernel<T>(
        context.InputSlot(0), context.OutputSlot, (int)input.Shape.CountTo(axis), input.Shape[axis], (int)input.Shape.CountFrom(axis + 1), last);
}
