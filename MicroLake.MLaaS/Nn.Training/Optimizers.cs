namespace MicroLake.Nn.Training;

/// <summary>How parameters follow their gradients. Each array of parameters has a state of its own.</summary>
public abstract class Optimizer
{
    private readonly Dictionary<double[], double[][]> _states = new(ReferenceEqualityComparer.Instance as IEqualityComparer<double[]>);

    /// <summary>How far a step goes; the trainer lowers it towards the end.</summary>
    public double Rate { get; set; }

    protected abstract int Moments { get; }

    /// <summary>One step for all parameters; for who trains on rows that do not fit into memory.</summary>
    public void Step(DenseNetwork network, Gradients gradients)
    {
        Begin();
        for (int i = 0; i < network.Layers.Count; i++)
        {
            Update(network.Layers[i].Weights, gradients.Weights[i]);
            Update(network.Layers[i].Biases, gradients.Biases[i]);
        }
    }

    protected virtual void Begin()
    {
    }

    protected abstract void Update(double[] parameters, double[] gradient, double[][] moments);

    private void Update(double[] parameters, double[] gradient)
    {
        if (!_states.TryGetValue(parameters, out double[][]? moments))
        {
            moments = new double[Moments][];
            for (int i = 0; i < moments.Length; i++)
                moments[i] = new double[parameters.Length];
            _states.Add(parameters, moments);
        }

        Update(parameters, gradient, moments);
    }
}

/// <summary>Stochastic gradient descent with momentum.</summary>
public sealed class Sgd : Optimizer
{
    private readonly double _momentum;

    public Sgd(double rate, double momentum = 0.9) => (Rate, _momentum) = (rate, momentum);

    protected override int Moments => 1;

    protected override void Update(double[] parameters, double[] gradient, double[][] moments)
    {
        double[] velocity = moments[0];
        for (int i = 0; i < parameters.Length; i++)
        {
            velocity[i] = _momentum * velocity[i] - Rate * gradient[i];
            parameters[i] += velocity[i];
        }
    }
}

/// <summary>Adam (Kingma and Ba, 2015, algorithm 1) with its usual constants.</summary>
public sealed class Adam : Optimizer
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private double _power1 = 1, _power2 = 1;

    public Adam(double rate = 1e-3) => Rate = rate;

    protected override int Moments => 2;

    protected override void Begin()
    {
        _power1 *= Beta1;
        _power2 *= Beta2;
    }

    protected override void Update(double[] parameters, double[] gradient, double[][] moments)
    {
        double[] mean = moments[0], square = moments[1];
        double rate = Rate * Math.Sqrt(1 - _power2) / (1 - _power1);
        for (int i = 0; i < parameters.Length; i++)
        {
            mean[i] = Beta1 * mean[i] + (1 - Beta1) * gradient[i];
            square[i] = Beta2 * square[i] + (1 - Beta2) * gradient[i] * gradient[i];
            parameters[i] -= rate * mean[i] / (Math.Sqrt(square[i]) + Epsilon);
        }
    }
}
