namespace MicroLake.Nn.Training;

/// <summary>One dense layer: outputs = activation(inputs * weights + biases).</summary>
public sealed class DenseLayer
{
    internal DenseLayer(int inputs, int outputs, Activation activation)
    {
        Inputs = inputs;
        Outputs = outputs;
        Activation = activation;
        Weights = new double[inputs * outputs];
        Biases = new double[outputs];
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public Activation Activation { get; }

    /// <summary>[Inputs, Outputs].</summary>
    public double[] Weights { get; }

    /// <summary>[Outputs].</summary>
    public double[] Biases { get; }

    /// <summary>One row through the layer.</summary>
    internal void Forward(ReadOnlySpan<double> inputs, Span<double> outputs)
    {
        Biases.CopyTo(outputs);
        for (int i = 0; i < inputs.Length; i++)
        {
            double x = inputs[i];
            ReadOnlySpan<double> row = Weights.AsSpan(i * Outputs, Outputs);
            for (int o = 0; o < row.Length; o++)
                outputs[o] += row[o] * x;
        }

        Activations.Apply(Activation, outputs);
    }

    /// <summary>From derivatives by this layer's outputs to those by its parameters, added up, and by its inputs.</summary>
    /// <param name="gradient">[Outputs], overwritten.</param>
    /// <param name="byInputs">[Inputs], overwritten; empty for the first layer, where nobody asks.</param>
    internal void Backward(ReadOnlySpan<double> inputs, ReadOnlySpan<double> outputs, Span<double> gradient,
        Span<double> byWeights, Span<double> byBiases, Span<double> byInputs)
    {
        Activations.MultiplyByDerivative(Activation, outputs, gradient);
        for (int o = 0; o < gradient.Length; o++)
            byBiases[o] += gradient[o];
        for (int i = 0; i < inputs.Length; i++)
        {
            double x = inputs[i], sum = 0;
            ReadOnlySpan<double> row = Weights.AsSpan(i * Outputs, Outputs);
            Span<double> by = byWeights.Slice(i * Outputs, Outputs);
            for (int o = 0; o < row.Length; o++)
            {
                by[o] += gradient[o] * x;
                sum += gradient[o] * row[o];
            }

            if (!byInputs.IsEmpty)
                byInputs[i] = sum;
        }
    }
}
