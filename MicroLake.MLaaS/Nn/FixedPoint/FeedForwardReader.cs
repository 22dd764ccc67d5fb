using MicroLake.Nn.Onnx;
using MicroLake.Nn.Operators;

namespace MicroLake.Nn.FixedPoint;

/// <summary>Follows a chain of nodes; scaling by constants goes into the weights of the layer before or behind it.</summary>
internal sealed class FeedForwardReader(Graph graph)
{
    private readonly List<FeedForwardLayer> _layers = [];

    /// <summary>Scale and shift of the network's inputs before its first layer; null: none.</summary>
    private (double[] Scale, double[] Shift)? _scaling;

    public bool TryAdd(GraphNode node, int value)
    {
        if (node.Inputs[0] != value && !(node.Operator is Add or Mul && node.Inputs[^1] == value))
            return false;
        switch (node.Operator)
        {
            case Identity:
                return true;
            case Flatten:
                return node.Attributes.Int("axis", 1) == 1;
            case Relu:
                if (_layers.Count == 0)
                    return false;
                _layers[^1].Relu = true;
                return true;
            case Gemm:
                return node.Attributes.Int("transA", 0) == 0 && TryAddDense(
                    node.Inputs[1], node.Inputs.Length > 2 ? node.Inputs[2] : -1, node.Attributes.Int("transB", 0) != 0,
                    node.Attributes.Float("alpha", 1), node.Attributes.Float("beta", 1));
            case MatMul:
                return TryAddDense(node.Inputs[1], -1, false, 1, 1);
            case Add or Sub or Mul or Div:
                return TryScale(node, value);
            default:
                return false;
        }
    }

    public bool TryFinish(out List<FeedForwardLayer> layers)
    {
        layers = _layers;
        return _layers.Count > 0;
    }

    private bool TryAddDense(int weights, int bias, bool transposed, float alpha, float beta)
    {
        if (Constant(weights) is not { } w || w.Shape.Rank != 2)
            return false;
        int inputs = transposed ? w.Shape[1] : w.Shape[0], outputs = transposed ? w.Shape[0] : w.Shape[1];
        if (_layers.Count > 0 && _layers[^1].Outputs != inputs)
            return false;
        double[] b = new double[outputs];
        if (bias >= 0)
        {
            if (!TryRow(bias, outputs, out double[] row))
                return false;
            for (int o = 0; o < outputs; o++)
                b[o] = beta * row[o];
        }

        ReadOnlySpan<float> source = w.As<float>();
        double[] matrix = new double[inputs * outputs];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                double value = alpha * source[transposed ? o * inputs + i : i * outputs + o];
                matrix[o * inputs + i] = value;
                if (_scaling is not { } scaling || _layers.Count > 0)
                    continue;
                if (scaling.Scale.Length != inputs)
                    return false;
                b[o] += value * scaling.Shift[i];
                matrix[o * inputs + i] = value * scaling.Scale[i];
            }
        }

        _layers.Add(new(matrix, b, inputs));
        return true;
    }

    private bool TryScale(GraphNode node, int value)
    {
        int other = node.Inputs[0] == value ? node.Inputs[1] : node.Inputs[0];
        FeedForwardLayer? layer = _layers.Count > 0 ? _layers[^1] : null;
        if (layer is { Relu: true } || Constant(other) is not { } constant)
            return false;
        int width = layer?.Outputs ?? _scaling?.Scale.Length ?? (int)constant.Shape.Count;
        if (!TryRow(other, width, out double[] row))
            return false;
        if (layer is null && _scaling is null)
        {
            double[] ones = new double[width];
            Array.Fill(ones, 1);
            _scaling = (ones, new double[width]);
        }

        for (int i = 0; i < width; i++)
        {
            double scale = node.Operator switch { Mul => row[i], Div => 1 / row[i], _ => 1 };
            double shift = node.Operator switch { Add => row[i], Sub => -row[i], _ => 0 };
            if (layer is null)
            {
                _scaling!.Value.Scale[i] *= scale;
                _scaling.Value.Shift[i] = _scaling.Value.Shift[i] * scale + shift;
                continue;
            }

            layer.Bias[i] = layer.Bias[i] * scale + shift;
            for (int j = 0; j < layer.Inputs; j++)
                layer.Weights[i * layer.Inputs + j] *= scale;
        }

        return true;
    }

    /// <summary>A constant as a row of that width, repeated where it is one number.</summary>
    private bool TryRow(int value, int width, out double[] row)
    {
        row = new double[width];
        if (Constant(value) is not { } constant || (constant.Shape.Count != width && constant.Shape.Count != 1)
            || (constant.Shape.Rank > 0 && constant.Shape[^1] != constant.Shape.Count))
            return false;
        ReadOnlySpan<float> values = constant.As<float>();
        for (int i = 0; i < width; i++)
            row[i] = values[values.Length == 1 ? 0 : i];
        return true;
    }

    private ConstantTensor? Constant(int value) =>
        value >= 0 && graph.Constants[value] is { Type: ElementType.Float32 } constant ? constant : null;
}
