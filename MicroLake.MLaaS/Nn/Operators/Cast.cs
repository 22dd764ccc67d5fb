using MicroLake.Nn.Kernels;
using MicroLake.Nn.Onnx;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Cast (versions 6, 9, 13, 19, 21) between numbers and bool. A float becomes an integer by truncation; one outside the
/// integer's range, which ONNX leaves undefined, becomes the nearest that it has, and NaN becomes 0. Integers wrap around.</summary>
internal sealed class Cast : Operator
{
    public override string Name => nameof(Cast);

    public override (int Min, int Max) InputCount => (1, 1);

    public override string[] AttributeNames { get; } = ["to", "saturate"];

    public override bool CarriesHalf => true;

    public override PreparedNode Prepare(NodeContext context)
    {
        if (!context.Attributes.Has("to"))
            context.Fail("the attribute to, the type to convert to, is missing. Export the model again.");
        ElementType to = TensorDecoder.ReadType(context.Attributes.Int("to", 0), context.Where);
        return to == context[0].Type ? new ViewNode(context[0], context[0].Shape) : new CastNode(context[0], to);
    }
}

/// <summary>A conversion made ready.</summary>
internal sealed class CastNode(PlanValue input, ElementType to) : PreparedNode(to, input.Shape)
{
    public override bool PreservesRows(ReadOnlySpan<PlanValue?> inputs) => true;

    public override Kernel CreateKernel(KernelContext context) =>
        CastKernel.Create(input.Type, OutputType, context.InputSlot(0), context.OutputSlot, (int)OutputShape.Count);
}
