using MicroLake.Nn;
using MicroLake.Nn.Training;
using Xunit;

namespace MicroLake.HostTests.Nn.Training;

public sealed class TrainerTests
{
    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    public void A_network_learns_a_function_and_keeps_its_best_epoch(string kind)
    {
        TrainingResult result = Train(kind, 1);
        Assert.True(result.Epochs.Min(e => e.Validation) < 0.2 * result.Epochs[0].Validation, $"{result.Epochs[0]} to {result.Epochs[^1]}");
        double[] output = new double[1];
        result.Network.Run([1004, 0.25f], output);
        Assert.InRange(output[0], 0.85, 1.15);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_does_not()
    {
        byte[] File(ulong seed) => OnnxWriter.Write(Train("adam", seed).Network, "test", []);
        Assert.Equal(File(1), File(1));
        Assert.NotEqual(File(1), File(2));
    }

    [Fact]
    public void Classes_are_learned_by_softmax_and_cross_entropy()
    {
        var random = new SeededRandom(3);
        var data = new TrainingData(2, 2);
        for (int i = 0; i < 500; i++)
        {
            float x = (float)random.Between(-1, 1), y = (float)random.Between(-1, 1);
            data.Add([x, y], x * y > 0 ? [1, 0] : [0, 1]);
        }

        DenseNetwork network = DenseNetwork.Create([2, 12, 2], Activation.Tanh, Activation.Softmax, random);
        TrainingResult result = Trainer.Train(network, data, new CrossEntropyLoss(), new Adam(0.02), new() { Epochs = 60, Patience = 60, BatchSize = 16 }, random);
        double[] shares = new double[2];
        result.Network.Run([0.5f, 0.5f], shares);
        Assert.InRange(shares[0], 0.9, 1);
        result.Network.Run([0.5f, -0.5f], shares);
        Assert.InRange(shares[1], 0.9, 1);
        Assert.Equal(1, shares[0] + shares[1], 1e-12);
    }

    [Fact]
    public void Pinball_loss_learns_the_quantile()
    {
        var random = new SeededRandom(4);
        var data = new TrainingData(1, 1);
        for (int i = 0; i < 2000; i++)
            data.Add([i % 2], (float)random.NextDouble());
        DenseNetwork network = DenseNetwork.Create([1, 1], Activation.Relu, Activation.Identity, random);
        TrainingResult result = Trainer.Train(network, data, new PinballLoss(0.9), new Adam(0.01), new(), random);
        double[] output = new double[1];
        result.Network.Run([0], output);
        Assert.InRange(output[0], 0.86, 0.94);
    }

    [Fact]
    public void Training_stops_when_validation_gets_no_better()
    {
        var random = new SeededRandom(5);
        var data = new TrainingData(1, 1);
        for (int i = 0; i < 200; i++)
            data.Add([(float)random.NextNormal()], (float)random.NextNormal());
        DenseNetwork network = DenseNetwork.Create([1, 30, 1], Activation.Relu, Activation.Identity, random);
        TrainingResult result = Trainer.Train(network, data, new MeanSquaredLoss(), new Adam(0.01), new() { Epochs = 1000, Patience = 4 }, random);
        Assert.InRange(result.Epochs.Count, 5, 999);
        Assert.All(result.Epochs.TakeLast(4), e => Assert.True(e.Validation >= result.Epochs.Min(x => x.Validation)));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1e-310)]
    [InlineData(12345.678)]
    [InlineData(1e300)]
    public void Portable_logarithms_and_powers_are_right(double value)
    {
        Assert.Equal(Math.Log2(value), PortableMath.Log2(value), 1e-12);
        Assert.Equal(1, PortableMath.Exp2(Math.Log2(value) / 4) / Math.Pow(value, 0.25), 1e-12);
    }

    private static TrainingResult Train(string kind, ulong seed)
    {
        var random = new SeededRandom(seed);
        var data = new TrainingData(2, 1);
        for (int i = 0; i < 1000; i++)
        {
            float x = (float)random.Between(1000, 1008), y = (float)random.Between(0, 0.5);
            data.Add([x, y], (x - 1004) / 4 * (y - 0.25f) * 8 + 1);
        }

        DenseNetwork network = DenseNetwork.Create([2, 16, 1], Activation.Relu, Activation.Identity, random);
        Optimizer optimizer = kind == "adam" ? new Adam(0.01) : new Sgd(0.05);
        return Trainer.Train(network, data, new MeanSquaredLoss(), optimizer, new() { Epochs = 40, Patience = 40 }, random);
    }
}
