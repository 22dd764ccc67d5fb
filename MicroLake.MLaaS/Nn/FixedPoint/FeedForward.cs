using MicroLake.Nn.Onnx;
using MicroLake.Nn.Operators;

namespace MicroLake.Nn.FixedPoint;

/// <summary>A network of dense layers with Relu between, taken out of a model: what can be bounded, and computed in whole numbers.</summary>
public sealed class FeedForward
{
    private FeedForward(IReadOnlyList<FeedForwardLayer> layers) => Layers = layers;

    public IReadOnlyList<FeedForwardLayer> Layers { get; }

    public int Inputs => Layers[0].Inputs;

    public int Outputs => Layers[^1].Outputs;

    /// <summary>The layers of a model; null where it is anything but Gemm, or MatMul and Add, with Relu and scaling by constants.</summary>
    public static FeedForward? TryRead(OnnxModel model)
    {
        Graph graph = model.Graph;
        if (graph.Inputs.Length != 1 || graph.Outputs.Length != 1)
            return null;
        var reader = new FeedForwardReader(graph);
        int value = graph.Inputs[0].Value;
        foreach (GraphNode node in graph.Nodes)
        {
            if (!reader.TryAdd(node, value))
                return null;
            value = node.Outputs[0];
        }

        return value == graph.Outputs[0].Value && reader.TryFinish(out List<FeedForwardLayer> layers) ? new(layers) : null;
    }

    /// <summary>The outputs for a row in double precision.</summary>
    public double[] Run(ReadOnlySpan<float> row)
    {
        double[] values = new double[row.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = row[i];
        foreach (FeedForwardLayer layer in Layers)
            values = layer.Run(values);
        return values;
    }
}
