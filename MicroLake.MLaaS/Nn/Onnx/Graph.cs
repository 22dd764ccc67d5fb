namespace MicroLake.Nn.Onnx;

/// <summary>A checked graph: nodes in an order in which they can run, values by number.</summary>
internal sealed class Graph
{
    public required GraphNode[] Nodes { get; init; }

    /// <summary>Names of the values, by number.</summary>
    public required string[] Values { get; init; }

    /// <summary>Weights, by value number; null for a value that is computed or given.</summary>
    public required ConstantTensor?[] Constants { get; init; }

    /// <summary>Inputs that the caller gives, and their value numbers.</summary>
    public required (TensorInfo Info, int Value)[] Inputs { get; init; }

    public required (TensorInfo Info, int Value)[] Outputs { get; init; }
}
