namespace MicroLake.Nn.Training;

/// <summary>Mean, spread and range of each feature in the data that a network learns from.</summary>
public sealed class FeatureScaler
{
    private FeatureScaler(int features)
    {
        Means = new double[features];
        Deviations = new double[features];
        Minimums = new float[features];
        Maximums = new float[features];
    }

    public double[] Means { get; }

    /// <summary>1 for a feature that never changes, so that it stays 0 after scaling.</summary>
    public double[] Deviations { get; }

    public float[] Minimums { get; }

    public float[] Maximums { get; }

    /// <summary>Measures all rows of <paramref name="data"/>.</summary>
    public static FeatureScaler Measure(TrainingData data)
    {
        var scaler = new FeatureScaler(data.Features);
        for (int f = 0; f < data.Features; f++)
        {
            double sum = 0, squares = 0;
            float least = float.PositiveInfinity, most = float.NegativeInfinity;
            for (int row = 0; row < data.Rows; row++)
            {
                float value = data.Row(row)[f];
                sum += value;
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }

            double mean = sum / data.Rows;
            for (int row = 0; row < data.Rows; row++)
            {
                double difference = data.Row(row)[f] - mean;
                squares += difference * difference;
            }

            double deviation = Math.Sqrt(squares / data.Rows);
            scaler.Means[f] = mean;
            scaler.Deviations[f] = deviation > 1e-9 ? deviation : 1;
            (scaler.Minimums[f], scaler.Maximums[f]) = (least, most);
        }

        return scaler;
    }

    /// <summary>One row scaled to mean 0 and deviation 1.</summary>
    internal void Scale(ReadOnlySpan<float> row, Span<double> scaled)
    {
        for (int i = 0; i < row.Length; i++)
            scaled[i] = (row[i] - Means[i]) / Deviations[i];
    }
}
