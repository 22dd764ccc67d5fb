namespace MicroLake.Nn.Training;

/// <summary>Derivatives of the loss by every parameter of a network, by backpropagation.</summary>
public sealed class Gradients
{
    private readonly DenseNetwork _network;
    private readonly double[][] _activations;
    private readonly double[][] _deltas;

    public Gradients(DenseNetwork network)
    {
        _network = network;
        IReadOnlyList<DenseLayer> layers = network.Layers;
        Weights = [.. layers.Select(l => new double[l.Weights.Length])];
        Biases = [.. layers.Select(l => new double[l.Outputs])];
        _activations = [new double[network.Inputs], .. layers.Select(l => new double[l.Outputs])];
        _deltas = [.. _activations.Select(a => new double[a.Length])];
    }

    /// <summary>By layer, laid out as <see cref="DenseLayer.Weights"/>.</summary>
    public double[][] Weights { get; }

    /// <summary>By layer.</summary>
    public double[][] Biases { get; }

    /// <summary>The mean loss of some rows; with <paramref name="learn"/>, the gradients of that mean, too.</summary>
    public double Compute(TrainingData data, ReadOnlySpan<int> rows, FeatureScaler scaler, Loss loss, bool learn = true)
    {
        if (learn)
            Clear();
        double sum = 0;
        foreach (int row in rows)
            sum += AddRow(data, row, scaler, loss, learn);
        if (learn)
            Divide(rows.Length);
        return sum / rows.Length;
    }

    private double AddRow(TrainingData data, int row, FeatureScaler scaler, Loss loss, bool learn)
    {
        IReadOnlyList<DenseLayer> layers = _network.Layers;
        scaler.Scale(data.Row(row), _activations[0]);
        for (int i = 0; i < layers.Count; i++)
            layers[i].Forward(_activations[i], _activations[i + 1]);
        double value = loss.Evaluate(_activations[^1], data.Target(row), _deltas[^1]);
        if (!learn)
            return value;
        for (int i = layers.Count - 1; i >= 0; i--)
            layers[i].Backward(_activations[i], _activations[i + 1], _deltas[i + 1], Weights[i], Biases[i], i > 0 ? _deltas[i] : []);
        return value;
    }

    private void Clear()
    {
        foreach (double[] values in (IEnumerable<double[]>)[.. Weights, .. Biases])
            Array.Clear(values);
    }

    private void Divide(int rows)
    {
        foreach (double[] values in (IEnumerable<double[]>)[.. Weights, .. Biases])
            foreach (ref double value in values.AsSpan())
                value /= rows;
    }
}
