namespace MicroLake.Nn.Training;

/// <summary>Activations and their derivatives, over one row.</summary>
internal static class Activations
{
    /// <summary>Slope of <see cref="Activation.LeakyRelu"/> below 0, ONNX's default.</summary>
    public const float LeakySlope = 0.01f;

    /// <summary>Replaces sums by activations.</summary>
    public static void Apply(Activation activation, Span<double> values)
    {
        switch (activation)
        {
            case Activation.Relu:
                foreach (ref double v in values)
                    v = v > 0 ? v : 0;
                break;
            case Activation.LeakyRelu:
                foreach (ref double v in values)
                    v = v > 0 ? v : LeakySlope * v;
                break;
            case Activation.Sigmoid:
                foreach (ref double v in values)
                    v = 1 / (1 + PortableMath.Exp(-v));
                break;
            case Activation.Tanh:
                foreach (ref double v in values)
                    v = 1 - 2 / (1 + PortableMath.Exp(2 * v));
                break;
            case Activation.Softmax:
                Softmax(values);
                break;
        }
    }

    /// <summary>Turns the loss's derivatives by activations into those by sums; all derivatives follow from the activation itself.</summary>
    public static void MultiplyByDerivative(Activation activation, ReadOnlySpan<double> outputs, Span<double> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double y = outputs[i];
            gradient[i] *= activation switch
            {
                Activation.Relu => y > 0 ? 1 : 0,
                Activation.LeakyRelu => y > 0 ? 1 : LeakySlope,
                Activation.Sigmoid => y * (1 - y),
                Activation.Tanh => 1 - y * y,
                // Softmax: CrossEntropyLoss gives the derivative by the sums, in which the two cancel to a difference.
                _ => 1,
            };
        }
    }

    private static void Softmax(Span<double> values)
    {
        double greatest = double.NegativeInfinity, sum = 0;
        foreach (double v in values)
            greatest = Math.Max(greatest, v);
        foreach (ref double v in values)
            sum += v = PortableMath.Exp(v - greatest);
        foreach (ref double v in values)
            v /= sum;
    }
}
