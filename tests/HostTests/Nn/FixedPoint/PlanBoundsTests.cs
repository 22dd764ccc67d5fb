using MicroLake.Nn;
using MicroLake.Nn.Benchmarks;
using MicroLake.Nn.FixedPoint;
using Xunit;

namespace MicroLake.HostTests.Nn.FixedPoint;

public sealed unsafe class PlanBoundsTests
{
    private const double AnyError = 1;

    /// <summary>Anything in the box, corners that push one unit as far as it goes, and what is far outside, which is taken to the box.</summary>
    [Theory]
    [InlineData("15-10-1", false, "packed")]
    [InlineData("30-24-1", false, "packed")]
    [InlineData("5-1", false, "int16,int16-wide,int8")]
    [InlineData("15-10-1", true, "int16,int16-wide,int8")]
    [InlineData("6-12-9-1", false, "int16,int16-wide,int8")]
    [InlineData("20-40-1", true, "int16,int16-wide,int8")]
    public void No_decision_is_out_of_its_bounds(string name, bool logs, string ways)
    {
        int[] widths = [.. name.Split('-').Select(int.Parse)];
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        for (int seed = 1; seed <= 12; seed++)
        {
            FeedForward network = FeedForward.TryRead(PerceptronModel.Create(seed, widths))!;
            var random = new Random(seed);
            DecisionInput[] inputs = Inputs(random, widths[0], logs);
            foreach (DecisionProgram program in All(network, inputs, new(logs, random.Next(-3, 3), logs ? 4 : random.Next(2) == 0 ? 1e5f : -1e5f)))
            {
                seen.Add(program.Way);
                Assert.NotNull(program.Bounds());
                (long least, long most) = program.Bounds()!.Value;
                foreach (long[] features in Rows(random, network, inputs))
                    Assert.InRange(program.Run(features), least, most);
            }
        }

        Assert.Equal(ways.Split(','), seen);
    }

    /// <summary>With one unit there is nothing that interval arithmetic overlooks: bounds are what comes out at two corners.</summary>
    [Theory]
    [InlineData("5-1")]
    [InlineData("12-1-1")]
    [InlineData("20-1-1")]
    public void Bounds_of_a_single_unit_are_what_comes_out_at_the_corners(string name)
    {
        int[] widths = [.. name.Split('-').Select(int.Parse)];
        for (int seed = 1; seed <= 20; seed++)
        {
            FeedForward network = FeedForward.TryRead(PerceptronModel.Create(seed, widths))!;
            DecisionInput[] inputs = Inputs(new Random(seed), widths[0], logs: false);
            foreach (DecisionProgram program in All(network, inputs, new(log: false, 0, 1e5f)))
            {
                long a = program.Run(Corner(network, inputs, 0, up: true)), b = program.Run(Corner(network, inputs, 0, up: false));
                Assert.Equal((Math.Min(a, b), Math.Max(a, b)), program.Bounds());
            }
        }
    }

    [Fact]
    public void Where_a_sum_could_overflow_there_are_no_bounds()
    {
        FeedForward network = FeedForward.TryRead(PerceptronModel.Create(1, 3, 4, 1))!;
        DecisionProgram packed = Assert.Single(All(network, Inputs(new Random(1), 3, logs: false), new(log: false, 0, 1e5f)));
        Assert.NotNull(packed.Bounds());
        fixed (byte* block = packed.State)
        {
            var view = new PackedView((PackedNetwork*)block);
            int bias = *view.Bias(2);
            *view.Bias(2) = *view.Weight(2, 0) > 0 ? int.MaxValue : int.MinValue;
            Assert.Null(packed.Bounds());
            *view.Bias(2) = bias;
            Assert.NotNull(packed.Bounds());
            *view.Share(1) = *view.Share(2) = int.MaxValue;
            Assert.Null(packed.Bounds());
        }

        AlignedBuffer other = FixedPointPlan.TryBuild(network, [-1, -1, -1], [1, 1, 1], FixedKernel.Low16, 31)!;
        var whole = (FixedNetwork*)other.Address;
        Assert.NotNull(PlanBounds.Of(whole));
        ((short*)(other.Address + whole->InputBounds))[1] = short.MaxValue;
        Assert.Null(PlanBounds.Of(whole));
    }

    private static List<DecisionProgram> All(FeedForward network, DecisionInput[] inputs, DecisionOutput output)
    {
        float[] rows = new float[50 * inputs.Length];
        var random = new Random(7);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = random.NextSingle();
        return DecisionProgram.All(network, inputs, output, rows, AnyError);
    }

    private static IEnumerable<long[]> Rows(Random random, FeedForward network, DecisionInput[] inputs)
    {
        for (int unit = 0; unit < network.Layers[0].Outputs; unit++)
        {
            yield return Corner(network, inputs, unit, up: true);
            yield return Corner(network, inputs, unit, up: false);
        }

        for (int i = 0; i < 60; i++)
            yield return [.. inputs.Select(input => i % 3 == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : i % 3 == 1 && random.Next(2) == 0 ? input.Least
                : i % 3 == 1 ? input.Most : random.NextInt64(input.Least, input.Most))];
    }

    private static long[] Corner(FeedForward network, DecisionInput[] inputs, int unit, bool up) =>
        [.. inputs.Select((input, i) => network.Layers[0].Weights[unit * inputs.Length + i] * input.Scale >= 0 == up ? input.Most : input.Least)];

    private static DecisionInput[] Inputs(Random random, int count, bool logs)
    {
        var inputs = new DecisionInput[count];
        for (int i = 0; i < count; i++)
        {
            bool log = logs && i % 2 == 0;
            long range = random.NextInt64(1, 1L << random.Next(1, 40)), least = log ? random.NextInt64(0, range) : random.NextInt64(-range, range);
            inputs[i] = new(
                i, least, least + range, log, log ? MathF.Log2(1 + least) : least + range / 2,
                (log ? 2 / Math.Max(MathF.Log2(1 + least + range) - MathF.Log2(1 + least), 0.1f) : 2f / range) * (random.Next(2) == 0 ? 1 : -1));
        }

        return inputs;
    }
}
