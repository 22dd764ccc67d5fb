using MicroLake.Nn.Benchmarks;
using MicroLake.Nn.FixedPoint;
using MicroLake.Nn.Kernels;
using Xunit;

namespace MicroLake.HostTests.Nn.FixedPoint;

public sealed unsafe class PackedNetworkTests
{
    private const int Lanes = 16;
    private const int WideLanes = 32;

    private static readonly DecisionOutput s_output = new(log: false, 3, 1e6f);

    /// <summary>At the corners of the ranges, where sums are greatest, an overflow would show: the plain loops' sums have 64 bits.</summary>
    [Fact]
    public void The_vector_kernels_compute_what_plain_loops_do_also_at_the_corners_and_beyond()
    {
        for (int seed = 1; seed <= 150; seed++)
        {
            var random = new Random(seed);
            // Half of them with more features than one vector holds.
            int features = seed % 2 == 0 ? Lanes : random.Next(Lanes + 1, WideLanes + 1);
            FeedForward network = Network(seed, random.Next(1, features + 1), random.Next(1, 60));
            DecisionInput[] inputs = Inputs(random, network.Inputs, features);
            byte[]? state = PackedPlan.TryBuild(network, inputs, s_output);
            Assert.NotNull(state);
            Assert.Equal(0, state.Length % 64);
            long[] values = new long[WideLanes];
            fixed (byte* block = state)
            fixed (long* from = values)
            {
                for (int unit = 0; unit < network.Layers[0].Outputs; unit++)
                {
                    // A corner that pushes a unit as far as it goes, the opposite one, anything in range, and anything at all.
                    for (int kind = 0; kind < 4; kind++)
                    {
                        for (int i = 0; i < inputs.Length; i++)
                        {
                            DecisionInput input = inputs[i];
                            bool most = network.Layers[0].Weights[unit * inputs.Length + i] * input.Scale >= 0 == (kind == 0);
                            values[input.Feature] = kind switch
                            {
                                0 or 1 => most ? input.Most : input.Least,
                                2 => random.NextInt64(input.Least, input.Most),
                                _ => random.NextInt64(long.MinValue, long.MaxValue),
                            };
                        }

                        Assert.Equal(PackedKernel.RunReference(block, from), PackedKernel.EntryOf(state)(block, from));
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(15, 10)]
    [InlineData(16, 32)]
    [InlineData(2, 3)]
    [InlineData(3, 100)]
    [InlineData(17, 24)]
    [InlineData(24, 24)]
    [InlineData(30, 24)]
    [InlineData(32, 60)]
    public void A_packed_network_is_within_a_thousandth_of_float(int width, int units)
    {
        FeedForward network = Network(5, width, units);
        DecisionProgram? program = DecisionProgram.TryPack(network, Inputs(new Random(9), width, width), s_output, 0.001);
        Assert.NotNull(program);
        Assert.Equal("packed", program.Way);
        Assert.True(program.Nanoseconds > 0);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(16)]
    [InlineData(20)]
    [InlineData(31)]
    public void Features_that_are_no_inputs_are_not_read(int last)
    {
        FeedForward network = Network(2, 3, 4);
        DecisionInput[] inputs = [Input(0), Input(5), Input(last)];
        DecisionProgram program = DecisionProgram.TryPack(network, inputs, s_output, 0.01)!;
        // Behind the last there is no memory to be read: a guard page.
        using var memory = new Nucleus.GuardedMemory(1, 1);
        var features = new Span<long>(memory.Place(new byte[(last + 1) * sizeof(long)]), last + 1);
        features.Fill(50);
        long expected = program.Run(features);
        foreach (int other in (int[])[1, 2, 3, 4])
            features[other] = long.MaxValue;
        Assert.Equal(expected, program.Run(features));
        features[5] = 51;
        Assert.NotEqual(expected, program.Run(features));
    }

    [Fact]
    public void Other_networks_and_inputs_are_not_packed()
    {
        FeedForward network = Network(1, 2, 4);
        Assert.NotNull(Build(network, [Input(0), Input(1)]));
        Assert.Null(Build(network, [Input(0), Input(0)]));
        Assert.Null(Build(network, [Input(0), Input(32)]));
        Assert.Null(Build(network, [Input(0)]));
        Assert.Null(Build(network, [Input(0), new(1, 0, 100, log: true, 0, 1)]));
        Assert.Null(Build(network, [Input(0), new(1, 100, 100, log: false, 0, 1)]));
        Assert.Null(Build(network, [Input(0), new(1, long.MinValue, long.MaxValue, log: false, 0, 1)]));
        Assert.Null(Build(network, [Input(0), new(1, 0, 100, log: false, 0, float.PositiveInfinity)]));
        Assert.Null(Build(network, [Input(0), Input(1)], new(log: true, 0, 1)));
        Assert.Null(Build(network, [Input(0), Input(1)], new(log: false, 0, 1e30f)));
        Assert.Null(Build(FeedForward.TryRead(PerceptronModel.Create(1, 2, 4, 2))!, [Input(0), Input(1)]));
        Assert.Null(Build(FeedForward.TryRead(PerceptronModel.Create(1, 2, 4, 4, 1))!, [Input(0), Input(1)]));
        Assert.Null(Build(FeedForward.TryRead(PerceptronModel.Create(1, 2, 1))!, [Input(0), Input(1)]));
    }

    private static byte[]? Build(FeedForward network, DecisionInput[] inputs, DecisionOutput? output = null) => PackedPlan.TryBuild(network, inputs, output ?? s_output);

    private static FeedForward Network(int seed, int inputs, int units) => FeedForward.TryRead(PerceptronModel.Create(seed, inputs, units, 1))!;

    private static DecisionInput Input(int feature) => new(feature, 0, 100, log: false, 0, 0.01f);

    /// <summary>Ranges narrow and wide, of numbers around 1 for the network.</summary>
    private static DecisionInput[] Inputs(Random random, int count, int most)
    {
        int[] features = new int[most];
        for (int i = 0; i < most; i++)
            features[i] = i;
        random.Shuffle(features);
        var inputs = new DecisionInput[count];
        for (int i = 0; i < count; i++)
        {
            long range = random.NextInt64(1, 1L << random.Next(1, 46)), least = random.NextInt64(-range, range);
            inputs[i] = new(features[i], least, least + range, log: false, least + range / 2, 2f / range * (random.Next(2) == 0 ? 1 : -1));
        }

        return inputs;
    }
}
