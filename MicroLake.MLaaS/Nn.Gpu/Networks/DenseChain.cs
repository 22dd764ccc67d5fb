using MicroLake.Nn.Onnx;

namespace MicroLake.Nn.Gpu.Networks;

/// <summary>The dense layers that a model begins with, and what is left of it.</summary>
internal sealed class DenseChain
{
    private DenseChain(IReadOnlyList<DenseLayer> layers, OnnxModel? tail)
    {
        Layers = layers;
        Tail = tail;
    }

    /// <summary>At least one.</summary>
    public IReadOnlyList<DenseLayer> Layers { get; }

    /// <summary>A model of the operators behind the layers, or null: there are none.</summary>
    public OnnxModel? Tail { get; }

    public int Inputs => Layers[0].Inputs;

    public int Outputs => Layers[^1].Outputs;

    /// <summary>What the layers give for a row in double precision: the reference.</summary>
    public double[] Run(double[] row)
    {
        foreach (DenseLayer layer in Layers)
            row = layer.Run(row);
        return row;
    }

    /// <summary>Null: the model has more than one input or output, or begins with something else.</summary>
    public static DenseChain? TryRead(OnnxModel model)
    {
        Graph graph = model.Graph;
        if (graph.Inputs.Length != 1 || graph.Outputs.Length != 1)
            return null;
        var reader = new DenseChainReader(graph, graph.Inputs[0].Value);
        foreach (GraphNode node in graph.Nodes)
            if (!reader.TryAdd(node))
                break;
        if (reader.Layers.Count == 0 || !HasOwnTail(graph, reader))
            return null;
        return new DenseChain(reader.Layers, reader.NodesTaken == graph.Nodes.Length ? null : TailOf(model, reader));
    }

    /// <summary>Whether what is behind the layers needs nothing of before but their result.</summary>
    private static bool HasOwnTail(Graph graph, DenseChainReader reader)
    {
        var known = new HashSet<int> { -1, reader.Value };
        for (int i = reader.NodesTaken; i < graph.Nodes.Length; i++)
        {
            foreach (int input in graph.Nodes[i].Inputs)
                if (!known.Contains(input) && graph.Constants[input] is null)
                    return false;
            foreach (int output in graph.Nodes[i].Outputs)
                _ = known.Add(output);
        }

        return known.Contains(graph.Outputs[0].Value);
    }

    private static OnnxModel TailOf(OnnxModel model, DenseChainReader reader)
    {
        Graph graph = model.Graph;
        var input = new TensorInfo(graph.Values[reader.Value], ElementType.Float32, [new Dimension(-1, ""), new Dimension(reader.Layers[^1].Outputs, "")]);
        var tail = new Graph
        {
            Nodes = graph.Nodes[reader.NodesTaken..],
            Values = graph.Values,
            Constants = graph.Constants,
            Inputs = [(input, reader.Value)],
            Outputs = graph.Outputs,
        };
        return new OnnxModel(tail, model.Limits, 0, model.Opset, model.ProducerName, model.IrVersion);
    }
}
