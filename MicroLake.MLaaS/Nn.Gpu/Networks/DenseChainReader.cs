using MicroLake.Nn.Onnx;
using MicroLake.Nn.Operators;

namespace MicroLake.Nn.Gpu.Networks;

/// <summary>Follows a chain of nodes from a model's input on, as far as it is dense layers, activations and scaling by constants.</summary>
internal sealed class DenseChainReader(Graph graph, int input)
{
    private readonly List<DenseLayer> _layers = [];
    private int _value = input;
    private int _nodes;
    private InputScaling? _scaling;

    public IReadOnlyList<DenseLayer> Layers => _layers;

    /// <summary>Nodes that <see cref="Layers"/> stand for.</summary>
    public int NodesTaken { get; private set; }

    /// <summary>What the last layer computes.</summary>
    public int Value { get; private set; } = input;

    /// <summary>False: the chain ends before this node.</summary>
    public bool TryAdd(GraphNode node)
    {
        bool isFirst = node.Inputs[0] == _value;
        if ((!isFirst && !(node.Operator is Add or Mul && node.Inputs[^1] == _value)) || !TryTake(node))
            return false;
        _value = node.Outputs[0];
        _nodes++;
        // Scaling belongs to the layer behind it; where there is none, it is not part of the chain.
        if (_scaling is null && _layers.Count > 0)
            (NodesTaken, Value) = (_nodes, _value);
        return true;
    }

    private bool TryTake(GraphNode node)
    {
        switch (node.Operator)
        {
            case Identity:
                return true;
            case Flatten:
                return node.Attributes.Int("axis", 1) == 1;
            case Relu:
                return TryActivate(Activation.Relu, 0);
            case LeakyRelu:
                return TryActivate(Activation.LeakyRelu, node.Attributes.Float("alpha", 0.01f));
            case Sigmoid:
                return TryActivate(Activation.Sigmoid, 0);
            case Tanh:
                return TryActivate(Activation.Tanh, 0);
            case Gemm:
                return node.Attributes.Int("transA", 0) == 0 && TryAddDense(
                    node.Inputs[1], node.Inputs.Length > 2 ? node.Inputs[2] : -1, node.Attributes.Int("transB", 0) != 0,
                    node.Attributes.Float("alpha", 1), node.Attributes.Float("beta", 1));
            case MatMul:
                return TryAddDense(node.Inputs[1], -1, isTransposed: false, 1, 1);
            case Add or Sub or Mul or Div:
                return TryScale(node);
            default:
                return false;
        }
    }

    private bool TryActivate(Activation activation, float slope)
    {
        if (_layers.Count == 0 || _scaling is not null || _layers[^1].Activation != Activation.None)
            return false;
        _layers[^1].Activation = activation;
        _layers[^1].Slope = slope;
        return true;
    }

    private bool TryAddDense(int weights, int bias, bool isTransposed, float alpha, float beta)
    {
        if (Constant(weights) is not { Shape.Rank: 2 } w)
            return false;
        int inputs = w.Shape[isTransposed ? 1 : 0], outputs = w.Shape[isTransposed ? 0 : 1];
        if (inputs == 0 || outputs == 0 || (_layers.Count > 0 && _layers[^1].Outputs != inputs) || (_scaling is { } scaling && scaling.Scale.Length != inputs))
            return false;
        float[] b = new float[outputs];
        if (bias >= 0)
        {
            if (!TryRow(bias, b))
                return false;
            foreach (ref float value in b.AsSpan())
                value *= beta;
        }

        ReadOnlySpan<float> source = w.As<float>();
        float[] matrix = new float[inputs * outputs];
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                matrix[o * inputs + i] = alpha * source[isTransposed ? o * inputs + i : i * outputs + o];
        _layers.Add(new DenseLayer(matrix, b, _scaling));
        _scaling = null;
        return true;
    }

    /// <summary>Behind a layer without an activation it goes into the layer's weights, else before the next layer.</summary>
    private bool TryScale(GraphNode node)
    {
        int other = node.Inputs[0] == _value ? node.Inputs[1] : node.Inputs[0];
        DenseLayer? layer = _layers.Count > 0 ? _layers[^1] : null;
        int width = layer?.Outputs ?? _scaling?.Scale.Length ?? (Constant(other) is { } constant ? (int)constant.Shape.Count : 0);
        float[] row = new float[width];
        if (width == 0 || !TryRow(other, row))
            return false;
        if (layer is { Activation: Activation.None })
        {
            ScaleLayer(layer, node.Operator, row);
            return true;
        }

        _scaling ??= new InputScaling(width);
        if (node.Operator is Add or Sub)
            _scaling.Add(row, node.Operator is Add ? 1 : -1);
        else
            _scaling.Multiply(row, inverse: node.Operator is Div);
        return true;
    }

    private static void ScaleLayer(DenseLayer layer, Operator by, float[] row)
    {
        for (int o = 0; o < row.Length; o++)
        {
            double scale = by switch { Mul => row[o], Div => 1.0 / row[o], _ => 1 };
            double shift = by switch { Add => row[o], Sub => -row[o], _ => 0 };
            layer.Bias[o] = (float)(layer.Bias[o] * scale + shift);
            foreach (ref float weight in layer.Weights.AsSpan(o * layer.Inputs, layer.Inputs))
                weight = (float)(weight * scale);
        }
    }

    /// <summary>A constant as a row, repeated where it is one number.</summary>
    private bool TryRow(int value, Span<float> row)
    {
        if (Constant(value) is not { } constant || (constant.Shape.Count != row.Length && constant.Shape.Count != 1)
            || (constant.Shape.Rank > 0 && constant.Shape[^1] != constant.Shape.Count))
            return false;
        ReadOnlySpan<float> values = constant.As<float>();
        for (int i = 0; i < row.Length; i++)
            row[i] = values[values.Length == 1 ? 0 : i];
        return true;
    }

    private ConstantTensor? Constant(int value) =>
        value >= 0 && graph.Constants[value] is { Type: ElementType.Float32 } constant ? constant : null;
}
