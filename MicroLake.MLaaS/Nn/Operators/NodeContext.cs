using System.Diagnostics.CodeAnalysis;
using MicroLake.Nn.Onnx;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn.Operators;

/// <summary>What an operator sees of its node while it is prepared: attributes, and inputs of known type and shape.</summary>
internal sealed class NodeContext(GraphNode node, PlanValue?[] inputs)
{
    public NodeAttributes Attributes => node.Attributes;

    public int Opset => node.Opset;

    public string Where => node.Where;

    public int InputCount => inputs.Length;

    /// <summary>The input at <paramref name="index"/>, which <see cref="Operator.InputCount"/> makes sure is there.</summary>
    public PlanValue this[int index] => inputs[index]!;

    /// <summary>An optional input, or null when it is absent.</summary>
    public PlanValue? Optional(int index) => index < inputs.Length ? inputs[index] : null;

    [DoesNotReturn]
    public void Fail(string message) => throw new ModelFormatException(message, node.Where);

    /// <summary>The attribute <paramref name="name"/> as an axis into <paramref name="rank"/> dimensions, counted from the end when negative.</summary>
    /// <param name="name">Attribute name.</param>
    /// <param name="fallback">Value when the attribute is absent.</param>
    /// <param name="rank">Number of dimensions.</param>
    /// <param name="upTo">Greatest value allowed: rank, or rank - 1.</param>
    public int Axis(string name, long fallback, int rank, int upTo)
    {
        long axis = Attributes.Int(name, fallback);
        if (axis < -rank || axis > upTo)
            Fail($"{name} is {axis}, outside {-rank} to {upTo} for an input of {rank} dimensions. Export the model again.");
        return (int)(axis < 0 ? axis + rank : axis);
    }

    /// <summary>Fails unless the input has one of <paramref name="types"/>.</summary>
    public void RequireType(int index, params ReadOnlySpan<ElementType> types)
    {
        ElementType type = this[index].Type;
        bool taken = false;
        foreach (ElementType candidate in types)
            taken |= candidate == type;
        if (!taken)
            Fail($"input {index} is {type.ToString().ToLowerInvariant()}, which {node.Operator.Name} does not take. Convert it with Cast.");
    }

    /// <summary>Fails unless every present input has the type of the first.</summary>
    public void RequireSameTypes()
    {
        for (int i = 1; i < inputs.Length; i++)
            if (inputs[i] is { } input && input.Type != this[0].Type)
                Fail($"input {i} is {input.Type.ToString().ToLowerInvariant()} and input 0 is {this[0].Type.ToString().ToLowerInvariant()}; they must be the same. Convert one with Cast.");
    }
}
