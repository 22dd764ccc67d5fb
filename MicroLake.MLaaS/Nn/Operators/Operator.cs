using MicroLake.Nn.Onnx;

namespace MicroLake.Nn.Operators;

/// <summary>An ONNX operator: checks a node's form at load, prepares it for known shapes, and makes the kernel that evaluates it.</summary>
internal abstract class Operator
{
    /// <summary>Name in the ONNX operator set.</summary>
    public abstract string Name { get; }

    public abstract (int Min, int Max) InputCount { get; }

    /// <summary>Attributes that the operator has in any supported operator set.</summary>
    public virtual string[] AttributeNames => [];

    /// <summary>True when 16-bit floats pass through as they are; otherwise the planner converts them to float32 around the node.</summary>
    public virtual bool CarriesHalf => false;

    /// <summary>Checks what does not depend on shapes.</summary>
    public void CheckForm(GraphNode node)
    {
        (int min, int max) = InputCount;
        if (node.Inputs.Length < min || node.Inputs.Length > max)
            throw new ModelFormatException($"it has {node.Inputs.Length} inputs; {Name} takes {(min == max ? min : $"{min} to {max}")}. Export the model again.", node.Where);
        for (int i = 0; i < min; i++)
            if (node.Inputs[i] < 0)
                throw new ModelFormatException($"input {i} is left out, but {Name} needs it. Export the model again.", node.Where);
        if (node.Outputs.Length != 1 || node.Outputs[0] < 0)
            throw new ModelFormatException($"it has {node.Outputs.Length} outputs; {Name} has one. Export the model again.", node.Where);
        foreach (string attribute in node.Attributes.Names)
            if (!AttributeNames.Contains(attribute))
                throw new UnsupportedOperatorException($"{Name} has no attribute '{attribute}' that is supported here. Export the model with operator set {OnnxLoader.MinOpset} to {OnnxLoader.MaxOpset}.", node.Where, Name);
    }

    /// <summary>Infers the output for the inputs' shapes, checking all that evaluation relies on.</summary>
    public abstract PreparedNode Prepare(NodeContext context);
}
