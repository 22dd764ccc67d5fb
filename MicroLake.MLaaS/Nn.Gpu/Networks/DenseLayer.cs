namespace MicroLake.Nn.Gpu.Networks;

/// <summary>A dense layer: y = f(W x' + b), where x' = (x + shift) * scale + offset for each input if there is a <see cref="Scaling"/>.</summary>
/// <param name="weights">[outputs, inputs], row by row.</param>
/// <param name="bias">[outputs].</param>
/// <param name="scaling">What happens to inputs, or null.</param>
internal sealed class DenseLayer(float[] weights, float[] bias, InputScaling? scaling)
{
    private const double LargeSum = 64;
    private const int SmallLayer = 4096;

    public int Inputs => weights.Length / bias.Length;

    public int Outputs => bias.Length;

    public float[] Weights => weights;

    public float[] Bias => bias;

    public InputScaling? Scaling => scaling;

    public Activation Activation { get; set; }

    /// <summary>The slope of a leaky Relu where inputs are negative.</summary>
    public float Slope { get; set; }

    /// <summary>
    /// Whether float32 sums would spoil it: a small layer with weights whose magnitudes add up to much. The rule is that of the processor's kernels
    /// (<c>Kernels/Conditioning.cs</c>), so that both give the same.
    /// </summary>
    public bool WantsFloat64
    {
        get
        {
            if (weights.Length > SmallLayer)
                return false;
            for (int o = 0; o < Outputs; o++)
            {
                double sum = 0;
                foreach (float weight in weights.AsSpan(o * Inputs, Inputs))
                    sum += Math.Abs(weight);
                if (sum > LargeSum)
                    return true;
            }

            return false;
        }
    }

    /// <summary>The outputs for a row in double precision: the reference.</summary>
    public double[] Run(double[] row)
    {
        double[] x = row;
        if (scaling is not null)
        {
            x = new double[row.Length];
            for (int i = 0; i < x.Length; i++)
                x[i] = (row[i] + scaling.Shift[i]) * scaling.Scale[i] + scaling.Offset[i];
        }

        double[] y = new double[Outputs];
        for (int o = 0; o < y.Length; o++)
        {
            double sum = bias[o];
            for (int i = 0; i < x.Length; i++)
                sum += weights[o * x.Length + i] * x[i];
            y[o] = Activate(sum);
        }

        return y;
    }

    private double Activate(double x) => Activation switch
    {
        Activation.Relu => Math.Max(x, 0),
        Activation.LeakyRelu => x < 0 ? x * Slope : x,
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x),
        _ => x,
    };
}
