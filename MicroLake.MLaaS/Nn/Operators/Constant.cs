using MicroLake.Nn.Onnx;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Constant (versions 1, 9, 11, 12, 13): a value from an attribute; dense tensors and, since version 12, numbers and
/// lists of them.</summary>
internal sealed class Constant : Operator
{
    public override string Name => nameof(Constant);

    public override (int Min, int Max) InputCount => (0, 0);

    public override string[] AttributeNames { get; } = ["value", "value_float", "value_floats", "value_int", "value_ints"];

    public override bool CarriesHalf => true;

    public override PreparedNode Prepare(NodeContext context)
    {
        NodeAttributes attributes = context.Attributes;
        if (attributes.Names.Count() != 1)
            context.Fail("it must have one attribute that holds its value. Export the model again.");
        if (attributes.Tensor("value") is { } tensor)
        {
            long budget = int.MaxValue;
            return new ConstantNode(TensorDecoder.Decode(tensor, context.Where, ref budget));
        }

        if (attributes.Has("value_float"))
            return Make<float>([attributes.Float("value_float", 0)], new());
        if (attributes.Has("value_int"))
            return Make<long>([attributes.Int("value_int", 0)], new());
        if (attributes.Ints("value_ints") is { } ints)
            return Make<long>([.. ints], new(ints.Count));
        ReadOnlySpan<float> floats = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(attributes.Floats("value_floats"));
        return Make(floats, new(floats.Length));
    }

    private static ConstantNode Make<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged =>
        new(new(ElementTypes.Of<T>(), shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values)));
}

/// <summary>A constant made ready; the planner takes its value and runs nothing.</summary>
internal sealed class ConstantNode(ConstantTensor value) : PreparedNode(value.Type, value.Shape)
{
    public ConstantTensor Value => value;

    public override bool PreservesRows(ReadOnlySpan<PlanValue?> inputs) => true;

    public override Kernels.Kernel CreateKernel(Kernels.KernelContext context) => throw new System.Diagnostics.UnreachableException();
}
