using MicroLake.Nn;
using MicroLake.Nn.Training;
using Xunit;

namespace MicroLake.HostTests.Nn.Training;

public sealed class OnnxWriterTests
{
    [Theory]
    [InlineData(Activation.Relu, Activation.Identity, 17)]
    [InlineData(Activation.LeakyRelu, Activation.Sigmoid, 18)]
    [InlineData(Activation.Sigmoid, Activation.Tanh, 19)]
    [InlineData(Activation.Tanh, Activation.Softmax, 20)]
    [InlineData(Activation.Identity, Activation.Relu, 21)]
    public void What_is_written_is_read_and_computes_the_same(Activation hidden, Activation last, int opset)
    {
        var random = new SeededRandom(11);
        DenseNetwork network = DenseNetwork.Create([5, 7, 6, 3], hidden, last, random);
        foreach (DenseLayer layer in network.Layers)
            foreach (ref double bias in layer.Biases.AsSpan())
                bias = random.NextNormal() / 4;
        OnnxModel model = OnnxModel.Load(OnnxWriter.Write(network, "net", [new("a", "1"), new("b", "two, drei")], opset));
        Assert.Equal(opset, model.Opset);
        Assert.Equal("MicroLake", model.ProducerName);
        Assert.Equal("two, drei", model.Metadata["b"]);
        Assert.Equal("features float32 [N, 5]", model.Inputs.Single().ToString());

        InferenceSession session = InferenceSession.Create(model, 1, new() { Backend = ComputeBackend.Scalar });
        float[] row = new float[5], output = new float[3];
        double[] expected = new double[3];
        for (int i = 0; i < 20; i++)
        {
            foreach (ref float value in row.AsSpan())
                value = (float)random.NextNormal();
            network.Run(row, expected);
            session.Run(row, output);
            for (int o = 0; o < 3; o++)
                Assert.Equal(expected[o], output[o], 1e-5);
        }
    }

    [Fact]
    public void The_scaler_is_in_the_first_layer_and_the_metadata()
    {
        var data = new TrainingData(2, 1);
        data.Add([10, 5], 0);
        data.Add([30, 5], 1);
        FeatureScaler scaler = FeatureScaler.Measure(data);
        Dictionary<string, string> metadata = new(FeatureMetadata.Describe([("age", "ticks"), ("size", "bytes")], scaler));
        Assert.Equal("age,size", metadata[FeatureMetadata.Names]);
        Assert.Equal("ticks,bytes", metadata[FeatureMetadata.Units]);
        Assert.Equal("10,5", metadata[FeatureMetadata.Minimums]);
        Assert.Equal("30,5", metadata[FeatureMetadata.Maximums]);
        Assert.Equal("20,5", metadata[FeatureMetadata.Means]);
        Assert.Equal("10,1", metadata[FeatureMetadata.Deviations]);

        DenseNetwork network = DenseNetwork.Create([2, 1], Activation.Relu, Activation.Identity, new(1));
        double[] raw = new double[1], scaled = new double[1];
        network.Run([1, 0], scaled);
        network.WithScaler(scaler).Run([30, 5], raw);
        Assert.Equal(scaled[0], raw[0], 1e-12);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void Other_operator_sets_are_refused(int opset) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => OnnxWriter.Write(DenseNetwork.Create([1, 1], Activation.Relu, Activation.Identity, new(1)), "n", [], opset));
}
