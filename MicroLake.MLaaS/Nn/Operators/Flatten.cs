namespace MicroLake.Nn.Operators;

/// <summary>ONNX Flatten (versions 1, 9, 11, 13, 21): two dimensions, those before the axis and those from it on. A negative axis,
/// counted from the end, since version 11.</summary>
internal sealed class Flatten : Operator
{
    public override string Name => nameof(Flatten);

    public override (int Min, int Max) InputCount => (1, 1);

    public override string[] AttributeNames { get; } = ["axis"];

    public override bool CarriesHalf => true;

    public override PreparedNode Prepare(NodeContext context)
    {
        Shape shape = context[0].Shape;
        if (context.Opset < 11 && context.Attributes.Int("axis", 1) < 0)
            context.Fail($"axis is {context.Attributes.Int("axis", 1)}; operator set {context.Opset} has no negative axis. Export the model with operator set 11 or later.");
        int axis = context.Axis("axis", Math.Min(1, shape.Rank), shape.Rank, shape.Rank);
        long rows = shape.CountTo(axis), columns = shape.CountFrom(axis);
        if (rows > int.MaxValue || columns > int.MaxValue)
            context.Fail($"flattening {shape} makes a dimension greater than {int.MaxValue}.");
        return new ViewNode(context[0], new((int)rows, (int)columns));
    }
}
