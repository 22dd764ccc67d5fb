using MicroLake.Nn.Operators;

namespace MicroLake.Nn.Onnx;

/// <summary>A node of the checked graph. Values are numbered; -1 stands for an optional one that is absent.</summary>
internal sealed class GraphNode
{
    public required string Where { get; init; }

    public required Operator Operator { get; init; }

    public required int Opset { get; init; }

    public required int[] Inputs { get; init; }

    public required int[] Outputs { get; init; }

    public required NodeAttributes Attributes { get; init; }
}
