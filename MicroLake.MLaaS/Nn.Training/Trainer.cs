namespace MicroLake.Nn.Training;

/// <summary>How a network is trained.</summary>
public sealed record TrainingOptions
{
    public int Epochs { get; init; } = 20;

    public int BatchSize { get; init; } = 64;

    /// <summary>Share of the rows that are kept back to see when to stop.</summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Epochs without a better validation loss after which training stops.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Share of the optimizer's rate that is left at the last epoch; in between it falls evenly.</summary>
    public double LastRateShare { get; init; } = 0.05;
}

/// <summary>What came of a training.</summary>
/// <param name="Network">Of the epoch with the least validation loss; takes raw features.</param>
/// <param name="Scaler">What was folded into its first layer.</param>
/// <param name="Epochs">Training and validation loss of each epoch.</param>
public sealed record TrainingResult(DenseNetwork Network, FeatureScaler Scaler, IReadOnlyList<(double Training, double Validation)> Epochs);

/// <summary>Trains a network by mini-batches; the same data, network and seed give the same bits.</summary>
public static class Trainer
{
    /// <param name="network">Where to start; becomes the trained network before the scaler is folded in.</param>
    /// <param name="random">Order of the rows and choice of those that are kept back.</param>
    public static TrainingResult Train(DenseNetwork network, TrainingData data, Loss loss, Optimizer optimizer, TrainingOptions options, SeededRandom random)
    {
        if (!loss.Fits(network.Layers[^1].Activation))
            throw new ArgumentException("Softmax and cross entropy go together: one of them is missing.", nameof(loss));
        if (network.Inputs != data.Features || network.Outputs != data.Targets)
            throw new ArgumentException($"The network is {network.Inputs} to {network.Outputs}, the data {data.Features} to {data.Targets}.", nameof(data));
        int[] rows = new int[data.Rows];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i;
        random.Shuffle(rows);
        int kept = (int)(rows.Length * options.ValidationShare);
        if (kept < 1 || kept == rows.Length)
            throw new ArgumentException($"{data.Rows} rows are too few to keep some back for validation.", nameof(data));
        ReadOnlySpan<int> validation = rows.AsSpan(0, kept);
        Span<int> training = rows.AsSpan(kept);

        FeatureScaler scaler = FeatureScaler.Measure(data);
        var gradients = new Gradients(network);
        DenseNetwork best = network.Copy();
        double least = double.PositiveInfinity, rate = optimizer.Rate;
        var epochs = new List<(double, double)>();
        for (int epoch = 0, worse = 0; epoch < options.Epochs && worse < options.Patience; epoch++)
        {
            optimizer.Rate = rate * (1 - (1 - options.LastRateShare) * epoch / Math.Max(1, options.Epochs - 1));
            random.Shuffle(training);
            double sum = 0;
            for (int at = 0; at < training.Length; at += options.BatchSize)
            {
                ReadOnlySpan<int> batch = training.Slice(at, Math.Min(options.BatchSize, training.Length - at));
                sum += gradients.Compute(data, batch, scaler, loss) * batch.Length;
                optimizer.Step(network, gradients);
            }

            double held = gradients.Compute(data, validation, scaler, loss, learn: false);
            epochs.Add((sum / training.Length, held));
            if (held < least)
            {
                (least, worse) = (held, 0);
                best.CopyFrom(network);
            }
            else
            {
                worse++;
            }
        }

        network.CopyFrom(best);
        return new(network.WithScaler(scaler), scaler, epochs);
    }
}
