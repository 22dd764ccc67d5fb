using MicroLake.Nn.Kernels;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Concat (versions 4, 11, 13): tensors one after the other along an axis, which may count from the end since version 11.</summary>
internal sealed class Concat : Operator
{
    public override string Name => nameof(Concat);

    public override (int Min, int Max) InputCount => (1, int.MaxValue);

    public override string[] AttributeNames { get; } = ["axis"];

    public override bool CarriesHalf => true;

    public override PreparedNode Prepare(NodeContext context)
    {
        Shape first = context[0].Shape;
        if (!context.Attributes.Has("axis"))
            context.Fail("the attribute axis is missing. Export the model again.");
        if (first.Rank == 0)
            context.Fail("scalars cannot be joined. Export the model again.");
        int axis = context.Axis("axis", 0, first.Rank, first.Rank - 1);
        if (context.Opset < 11 && context.Attributes.Int("axis", 0) < 0)
            context.Fail($"axis is negative, which operator set {context.Opset} does not allow. Export the model with operator set 11 or later.");
        var inputs = new PlanValue[context.InputCount];
        long length = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = context.Optional(i)!;
            if (inputs[i] is null)
                context.Fail($"input {i} is left out. Export the model again.");
            Shape shape = inputs[i].Shape;
            if (shape.Rank != first.Rank || shape.With(axis, first[axis]) != first)
                context.Fail($"input {i} is {shape} and input 0 is {first}; they may differ in dimension {axis} only. Check the model's dimensions and the batch.");
            length += shape[axis];
        }

        context.RequireSameTypes();
        if (length > int.MaxValue)
            context.Fail($"the joined dimension is greater than {int.MaxValue}.");
        return new ConcatNode(inputs, axis, first.With(axis, (int)length));
    }
}

/// <summary>A concatenation made ready.</summary>
internal sealed class ConcatNode(PlanValue[] inputs, int axis, Shape shape) : PreparedNode(inputs[0].Type, shape)
{
    public override bool PreservesRows(ReadOnlySpan<PlanValue?> _) => axis > 0 && Array.TrueForAll(inputs, i => i.PerRow);

    public override Kernel CreateKernel(KernelContext context)
    {
        int[] slots = new int[inputs.Length];
        for (int i = 0; i < slots.Length; i++)
            slots[i] = context.InputSlot(i);
        return new ConcatKernel(
            slots,
            Array.ConvertAll(inputs, input => input.Shape.CountFrom(axis) * OutputType.Size()),
            context.OutputSlot,
            (int)OutputShape.CountTo(axis));
    }
}
