namespace MicroLake.Nn.Training;

/// <summary>Dense layers, one after the other. Arithmetic is double and in a fixed order: the same seed gives the same bits everywhere.</summary>
public sealed class DenseNetwork
{
    private DenseNetwork(DenseLayer[] layers) => Layers = layers;

    public IReadOnlyList<DenseLayer> Layers { get; }

    public int Inputs => Layers[0].Inputs;

    public int Outputs => Layers[^1].Outputs;

    /// <summary>A network with random weights, scaled to the width of each layer (He for the Relus, Glorot for the others).</summary>
    /// <param name="widths">Inputs, hidden layers, outputs.</param>
    public static DenseNetwork Create(ReadOnlySpan<int> widths, Activation hidden, Activation last, SeededRandom random)
    {
        if (widths.Length < 2)
            throw new ArgumentException("A network has inputs and outputs: give at least two widths.", nameof(widths));
        if (hidden == Activation.Softmax)
            throw new ArgumentException("Softmax is for the last layer only.", nameof(hidden));
        var layers = new DenseLayer[widths.Length - 1];
        for (int i = 0; i < layers.Length; i++)
        {
            var layer = new DenseLayer(widths[i], widths[i + 1], i == layers.Length - 1 ? last : hidden);
            bool rectified = layer.Activation is Activation.Relu or Activation.LeakyRelu;
            double deviation = Math.Sqrt(rectified ? 2.0 / layer.Inputs : 2.0 / (layer.Inputs + layer.Outputs));
            foreach (ref double weight in layer.Weights.AsSpan())
                weight = random.NextNormal() * deviation;
            layers[i] = layer;
        }

        return new(layers);
    }

    /// <summary>One row through all layers.</summary>
    public void Run(ReadOnlySpan<float> row, Span<double> outputs)
    {
        double[] values = new double[row.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = row[i];
        foreach (DenseLayer layer in Layers)
        {
            double[] next = new double[layer.Outputs];
            layer.Forward(values, next);
            values = next;
        }

        values.CopyTo(outputs);
    }

    /// <summary>A network that takes raw features: the first layer does the scaling, so that nobody else has to.</summary>
    public DenseNetwork WithScaler(FeatureScaler scaler)
    {
        DenseNetwork copy = Copy();
        DenseLayer first = copy.Layers[0];
        for (int i = 0; i < first.Inputs; i++)
        {
            for (int o = 0; o < first.Outputs; o++)
            {
                double weight = first.Weights[i * first.Outputs + o] / scaler.Deviations[i];
                first.Weights[i * first.Outputs + o] = weight;
                first.Biases[o] -= weight * scaler.Means[i];
            }
        }

        return copy;
    }

    internal DenseNetwork Copy()
    {
        var copy = new DenseNetwork([.. Layers.Select(l => new DenseLayer(l.Inputs, l.Outputs, l.Activation))]);
        copy.CopyFrom(this);
        return copy;
    }

    internal void CopyFrom(DenseNetwork other)
    {
        for (int i = 0; i < Layers.Count; i++)
        {
            other.Layers[i].Weights.CopyTo(Layers[i].Weights, 0);
            other.Layers[i].Biases.CopyTo(Layers[i].Biases, 0);
        }
    }
}
