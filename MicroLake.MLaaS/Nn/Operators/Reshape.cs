using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>ONNX Reshape (versions 5, 13, 14, 19, 21). In the wanted shape -1 stands for what is left, and 0 for the input's own
/// dimension, or with allowzero (since version 14) for a real 0.</summary>
internal sealed class Reshape : Operator
{
    public override string Name => nameof(Reshape);

    public override (int Min, int Max) InputCount => (2, 2);

    public override string[] AttributeNames { get; } = ["allowzero"];

    public override bool CarriesHalf => true;

    public override PreparedNode Prepare(NodeContext context)
    {
        PlanValue data = context[0], wanted = context[1];
        if (wanted.Type != ElementType.Int64 || wanted.Shape.Rank != 1)
            context.Fail($"the wanted shape is {wanted.Type.ToString().ToLowerInvariant()} {wanted.Shape}; it must be a list of int64. Export the model again.");
        if (wanted.Constant is not { } constant)
            throw new UnresolvedShapeException($"{context.Where}: the wanted shape, '{wanted.Name}', is only known while the model runs; memory is planned before. Give its value when the session is made, or export the model with a fixed shape.");
        if (wanted.Shape.Count > Shape.MaxRank)
            context.Fail($"the wanted shape has {wanted.Shape.Count} dimensions; at most {Shape.MaxRank} are supported.");
        bool allowZero = context.Opset >= 14 && context.Attributes.Int("allowzero", 0) != 0;
        return new ViewNode(data, Resolve(context, data.Shape, constant.As<long>(), allowZero));
    }

    private static Shape Resolve(NodeContext context, Shape input, ReadOnlySpan<long> wanted, bool allowZero)
    {
        string text = $"[{string.Join(", ", wanted.ToArray())}]";
        Span<int> dimensions = stackalloc int[wanted.Length];
        int open = -1;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] is < -1 or > int.MaxValue)
                context.Fail($"the wanted shape {text} has the dimension {wanted[i]}. Export the model again.");
            if (wanted[i] == -1 && open >= 0)
                context.Fail($"the wanted shape {text} leaves two dimensions open. Export the model again.");
            if (wanted[i] == 0 && !allowZero && i >= input.Rank)
                context.Fail($"the wanted shape {text} takes dimension {i} from the input, which is {input}. Export the model again.");
            if (wanted[i] == -1)
                open = i;
            dimensions[i] = wanted[i] switch { -1 => 1, 0 when !allowZero => input[i], _ => (int)wanted[i] };
        }

        long count = new Shape(dimensions).Count;
        if (open >= 0 && count > 0 && input.Count % count == 0 && input.Count / count <= int.MaxValue)
        {
            dimensions[open] = (int)(input.Count / count);
            count = input.Count;
        }

        if (count != input.Count || (open >= 0 && count == 0 && dimensions[open] == 1))
            context.Fail($"{input} has {input.Count} elements, which does not fit the wanted shape {text}. If the model was exported with a fixed batch, run it with that batch.");
        return new(dimensions);
    }
}
