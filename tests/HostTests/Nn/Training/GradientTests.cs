using MicroLake.Nn.Training;
using Xunit;

namespace MicroLake.HostTests.Nn.Training;

/// <summary>Backpropagation against differences of the loss itself, for every activation and every loss.</summary>
public sealed class GradientTests
{
    private const double Step = 1e-5;

    public static TheoryData<Activation, Activation, string> Cases()
    {
        var cases = new TheoryData<Activation, Activation, string>();
        foreach (Activation hidden in (Activation[])[Activation.Identity, Activation.Relu, Activation.LeakyRelu, Activation.Sigmoid, Activation.Tanh])
        {
            foreach (string loss in (string[])["squared", "huber", "pinball"])
                cases.Add(hidden, Activation.Identity, loss);
            cases.Add(hidden, Activation.Sigmoid, "squared");
            cases.Add(hidden, Activation.Softmax, "entropy");
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_equal_numeric_ones(Activation hidden, Activation last, string kind)
    {
        Loss loss = kind switch { "squared" => new MeanSquaredLoss(), "huber" => new HuberLoss(0.5), "pinball" => new PinballLoss(0.8), _ => new CrossEntropyLoss() };
        var random = new SeededRandom(7);
        TrainingData data = Data(random, classes: kind == "entropy");
        FeatureScaler scaler = FeatureScaler.Measure(data);
        DenseNetwork network = DenseNetwork.Create([4, 6, 5, 3], hidden, last, random);
        // With biases of 0, a row that no unit of a layer answers to would sit exactly on the bend of the next layer's Relus.
        foreach (DenseLayer layer in network.Layers)
            foreach (ref double bias in layer.Biases.AsSpan())
                bias = random.NextNormal() / 2;
        int[] rows = [.. Enumerable.Range(0, data.Rows)];
        var gradients = new Gradients(network);
        gradients.Compute(data, rows, scaler, loss);

        var probe = new Gradients(network);
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            Check(network.Layers[layer].Weights, gradients.Weights[layer]);
            Check(network.Layers[layer].Biases, gradients.Biases[layer]);
        }

        void Check(double[] parameters, double[] gradient)
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                double kept = parameters[i];
                parameters[i] = kept + Step;
                double above = probe.Compute(data, rows, scaler, loss, learn: false);
                parameters[i] = kept - Step;
                double below = probe.Compute(data, rows, scaler, loss, learn: false);
                parameters[i] = kept;
                Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-5);
            }
        }
    }

    private static TrainingData Data(SeededRandom random, bool classes)
    {
        var data = new TrainingData(4, 3);
        for (int row = 0; row < 9; row++)
        {
            float[] target = classes ? [0, 0, 0] : [(float)random.NextNormal(), (float)random.NextNormal(), (float)random.NextNormal()];
            if (classes)
                target[row % 3] = 1;
            data.Add([(float)random.NextNormal(), (float)random.Between(5, 9), (float)random.NextNormal(), row], target);
        }

        return data;
    }
}
