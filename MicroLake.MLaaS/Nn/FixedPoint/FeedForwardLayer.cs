namespace MicroLake.Nn.FixedPoint;

/// <summary>A dense layer: y = W x + b, then Relu where <see cref="Relu"/> says so.</summary>
/// <param name="weights">[outputs, inputs], row by row.</param>
/// <param name="bias">[outputs].</param>
/// <param name="inputs">Length of a row of weights.</param>
public sealed class FeedForwardLayer(double[] weights, double[] bias, int inputs)
{
    public int Inputs => inputs;

    public int Outputs => bias.Length;

    public bool Relu { get; internal set; }

    /// <summary>[outputs, inputs], row by row.</summary>
    public double[] Weights => weights;

    public double[] Bias => bias;

    public double[] Run(double[] x)
    {
        double[] y = new double[Outputs];
        for (int o = 0; o < y.Length; o++)
        {
            double sum = bias[o];
            ReadOnlySpan<double> row = weights.AsSpan(o * inputs, inputs);
            for (int i = 0; i < row.Length; i++)
                sum += row[i] * x[i];
            y[o] = Relu ? Math.Max(sum, 0) : sum;
        }

        return y;
    }

    /// <summary>Bounds of each output, before Relu, for inputs within bounds (interval arithmetic).</summary>
    public (double Least, double Most)[] Bounds((double Least, double Most)[] x)
    {
        var y = new (double Least, double Most)[Outputs];
        for (int o = 0; o < y.Length; o++)
        {
            double least = bias[o], most = bias[o];
            for (int i = 0; i < inputs; i++)
            {
                double w = weights[o * inputs + i];
                least += w * (w >= 0 ? x[i].Least : x[i].Most);
                most += w * (w >= 0 ? x[i].Most : x[i].Least);
            }

            y[o] = (least, most);
        }

        return y;
    }
}
