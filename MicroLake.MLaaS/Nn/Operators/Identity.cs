namespace MicroLake.Nn.Operators;

/// <summary>ONNX Identity (versions 1, 13, 14, 16, 19, 21) of a tensor.</summary>
internal sealed class Identity : Operator
{
    public override string Name => nameof(Identity);

    public override (int Min, int Max) InputCount => (1, 1);

    public override bool CarriesHalf => true;

    public override PreparedNode Prepare(NodeContext context) => new ViewNode(context[0], context[0].Shape);
}
