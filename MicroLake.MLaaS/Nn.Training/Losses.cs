namespace MicroLake.Nn.Training;

/// <summary>How wrong one output row is, and in which direction.</summary>
public abstract class Loss
{
    /// <summary>The loss of one row, and its derivatives by the outputs.</summary>
    /// <param name="outputs">What the network says.</param>
    /// <param name="targets">What it should say.</param>
    /// <param name="gradient">Overwritten with the derivatives.</param>
    public abstract double Evaluate(ReadOnlySpan<double> outputs, ReadOnlySpan<float> targets, Span<double> gradient);

    /// <summary>False when the loss makes no sense after <paramref name="last"/>.</summary>
    internal virtual bool Fits(Activation last) => last != Activation.Softmax;
}

/// <summary>Half of the squared difference: the network learns the mean.</summary>
public sealed class MeanSquaredLoss : Loss
{
    public override double Evaluate(ReadOnlySpan<double> outputs, ReadOnlySpan<float> targets, Span<double> gradient)
    {
        double loss = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            gradient[i] = outputs[i] - targets[i];
            loss += gradient[i] * gradient[i] / 2;
        }

        return loss;
    }
}

/// <summary>Squared near zero, straight beyond <paramref name="delta"/>: outliers pull no harder than that.</summary>
public sealed class HuberLoss(double delta = 1) : Loss
{
    public override double Evaluate(ReadOnlySpan<double> outputs, ReadOnlySpan<float> targets, Span<double> gradient)
    {
        double loss = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double difference = outputs[i] - targets[i], size = Math.Abs(difference);
            loss += size <= delta ? difference * difference / 2 : delta * (size - delta / 2);
            gradient[i] = Math.Clamp(difference, -delta, delta);
        }

        return loss;
    }
}

/// <summary>The network learns the <paramref name="quantile"/>, between 0 and 1, of what its targets are.</summary>
public sealed class PinballLoss(double quantile) : Loss
{
    public override double Evaluate(ReadOnlySpan<double> outputs, ReadOnlySpan<float> targets, Span<double> gradient)
    {
        double loss = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double under = targets[i] - outputs[i];
            double slope = under > 0 ? -quantile : 1 - quantile;
            loss -= slope * under;
            gradient[i] = slope;
        }

        return loss;
    }
}

/// <summary>Cross entropy of shares that softmax gave; targets are shares, too (one 1 among zeros for a class).</summary>
public sealed class CrossEntropyLoss : Loss
{
    private const double Smallest = 1e-30;

    /// <remarks>The derivatives are those by softmax's inputs.</remarks>
    public override double Evaluate(ReadOnlySpan<double> outputs, ReadOnlySpan<float> targets, Span<double> gradient)
    {
        double loss = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            gradient[i] = outputs[i] - targets[i];
            if (targets[i] > 0)
                loss -= targets[i] * PortableMath.Log(Math.Max(outputs[i], Smallest));
        }

        return loss;
    }

    internal override bool Fits(Activation last) => last == Activation.Softmax;
}
