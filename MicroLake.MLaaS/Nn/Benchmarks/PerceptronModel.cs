using System.Runtime.InteropServices;
using MicroLake.Nn.Onnx;
using MicroLake.Nn.Operators;

namespace MicroLake.Nn.Benchmarks;

/// <summary>Makes a multilayer perceptron with random weights in memory, without a file: Gemm layers with an activation between them, Relu if nothing is said.</summary>
public static class PerceptronModel
{
    /// <summary>A perceptron whose layers have <paramref name="widths"/> numbers, the input first.</summary>
    /// <param name="seed">The same seed gives the same weights, between -0.1 and 0.1.</param>
    /// <param name="widths">At least two.</param>
    public static OnnxModel Create(int seed, params ReadOnlySpan<int> widths) => Create(seed, nameof(Relu), widths);

    /// <inheritdoc cref="Create(int, ReadOnlySpan{int})"/>
    /// <param name="seed">The same seed gives the same weights, between -0.1 and 0.1.</param>
    /// <param name="activation">Operator between layers: <c>Relu</c>, <c>Tanh</c>, ...</param>
    /// <param name="widths">At least two.</param>
    public static OnnxModel Create(int seed, string activation, ReadOnlySpan<int> widths)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widths.Length, 2);
        var random = new Random(seed);
        List<string> names = ["x"];
        List<ConstantTensor?> constants = [null];
        List<GraphNode> nodes = [];
        long bytes = 0;
        int last = 0;
        for (int layer = 1; layer < widths.Length; layer++)
        {
            int weights = AddWeights(new(widths[layer - 1], widths[layer])), bias = AddWeights(new(widths[layer]));
            last = AddNode(new Gemm(), $"dense{layer}", last, weights, bias);
            if (layer < widths.Length - 1)
                last = AddNode(OperatorTable.Find("", activation, activation), $"activation{layer}", last);
        }

        names[last] = "y";
        var graph = new Graph
        {
            Nodes = [.. nodes],
            Values = [.. names],
            Constants = [.. constants],
            Inputs = [(Info("x", widths[0]), 0)],
            Outputs = [(Info("y", widths[^1]), last)],
        };
        return new(graph, ModelLimits.Default, bytes, OnnxLoader.MaxOpset, "MicroLake.Nn", 8);

        int AddWeights(Shape shape)
        {
            float[] values = new float[shape.Count];
            foreach (ref float value in values.AsSpan())
                value = (random.NextSingle() - 0.5f) * 0.2f;
            bytes += values.Length * sizeof(float);
            names.Add($"weights{names.Count}");
            constants.Add(new(ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan())));
            return names.Count - 1;
        }

        int AddNode(Operator op, string name, params int[] inputs)
        {
            names.Add(name);
            constants.Add(null);
            nodes.Add(new() { Where = $"node '{name}' ({op.Name})", Operator = op, Opset = OnnxLoader.MaxOpset, Inputs = inputs, Outputs = [names.Count - 1], Attributes = new([], name) });
            return names.Count - 1;
        }
    }

    private static TensorInfo Info(string name, int width) => new(name, ElementType.Float32, [new(-1, "N"), new(width, "")]);
}
