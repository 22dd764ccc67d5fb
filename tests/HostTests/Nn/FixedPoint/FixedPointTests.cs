using MicroLake.Nn;
using MicroLake.Nn.Benchmarks;
using MicroLake.Nn.FixedPoint;
using Xunit;

namespace MicroLake.HostTests.Nn.FixedPoint;

public sealed class FixedPointTests
{
    public static TheoryData<string> Networks() => ["31-256-2", "15-10-1", "5-15-5-4", "3-100-40-9", "1-1", "40-7"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_layers_of_a_model_compute_what_the_model_does(string name)
    {
        int[] widths = Widths(name);
        OnnxModel model = PerceptronModel.Create(3, widths);
        FeedForward network = FeedForward.TryRead(model)!;
        InferenceSession session = InferenceSession.Create(model);
        float[] row = Rows(widths[0], 1), y = new float[widths[^1]];
        session.Run(row, y);
        double[] expected = network.Run(row);
        for (int i = 0; i < y.Length; i++)
            Assert.Equal(expected[i], y[i], 1e-4);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_way_computes_what_its_plain_loops_do(string name)
    {
        int[] widths = Widths(name);
        FeedForward network = FeedForward.TryRead(PerceptronModel.Create(4, widths))!;
        (float[] least, float[] most) = Box(widths[0]);
        FixedPointModel[] ways = [.. FixedPointModel.All(network, least, most)];
        Assert.NotEmpty(ways);
        float[] rows = Rows(widths[0], 50, beyond: 1.5f);
        float[] fast = new float[widths[^1]], plain = new float[widths[^1]];
        foreach (FixedPointModel way in ways)
        {
            for (int i = 0; i < rows.Length; i += widths[0])
            {
                way.Run(rows.AsSpan(i, widths[0]), fast);
                way.RunReference(rows.AsSpan(i, widths[0]), plain);
                Assert.Equal(plain, fast);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Sixteen_bits_are_within_a_thousandth_of_float(string name)
    {
        int[] widths = Widths(name);
        FeedForward network = FeedForward.TryRead(PerceptronModel.Create(5, widths))!;
        (float[] least, float[] most) = Box(widths[0]);
        FixedPointModel? model = FixedPointModel.Create(network, least, most, Rows(widths[0], 200), 0.005);
        Assert.NotNull(model);
        Assert.InRange(model.Error, 0, 0.005);
        Assert.True(model.Nanoseconds > 0);
    }

    /// <summary>At the corners of the box, where sums are greatest, an overflow would show: the plain loops' sums have 64 bits.</summary>
    [Fact]
    public void Nothing_overflows_at_the_corners_of_the_box()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            int[] widths = [random.Next(1, 40), random.Next(1, 60), random.Next(1, 12)];
            FeedForward network = FeedForward.TryRead(PerceptronModel.Create(seed, widths))!;
            float[] least = new float[widths[0]], most = new float[widths[0]];
            for (int i = 0; i < least.Length; i++)
            {
                float a = (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-3, 6)), b = (random.NextSingle() - 0.5f) * 100;
                (least[i], most[i]) = (Math.Min(a, b), Math.Max(a, b));
            }

            foreach (FixedPointModel way in FixedPointModel.All(network, least, most))
            {
                // Corners that push one first-layer sum as far as it goes.
                foreach (FeedForwardLayer layer in network.Layers.Take(1))
                {
                    for (int o = 0; o < layer.Outputs; o++)
                    {
                        float[] corner = new float[widths[0]], y = new float[widths[2]], plain = new float[widths[2]];
                        for (int i = 0; i < corner.Length; i++)
                            corner[i] = layer.Weights[o * layer.Inputs + i] >= 0 ? most[i] : least[i];
                        way.Run(corner, y);
                        way.RunReference(corner, plain);
                        Assert.Equal(plain, y);
                    }
                }
            }
        }
    }

    [Fact]
    public void Inputs_beyond_the_box_and_NaN_are_taken_to_its_edge()
    {
        FeedForward network = FeedForward.TryRead(PerceptronModel.Create(1, 2, 16, 1))!;
        FixedPointModel model = FixedPointModel.Create(network, [0, 0], [10, 10], Rows(2, 20), 1)!;
        float[] edge = new float[1], beyond = new float[1];
        model.Run([10, 0], edge);
        model.Run([1e30f, float.NaN], beyond);
        Assert.Equal(edge, beyond);
        Assert.Throws<InferenceException>(() => model.Run([1], edge));
    }

    [Fact]
    public void A_box_without_bounds_has_no_fixed_point()
    {
        FeedForward network = FeedForward.TryRead(PerceptronModel.Create(1, 2, 3, 1))!;
        Assert.Empty(FixedPointModel.All(network, [0, float.NegativeInfinity], [1, 1]));
        Assert.Empty(FixedPointModel.All(network, [2, 0], [1, 1]));
        Assert.Empty(FixedPointModel.All(network, [0], [1]));
    }

    [Fact]
    public void A_copy_of_the_block_runs_elsewhere()
    {
        FeedForward network = FeedForward.TryRead(PerceptronModel.Create(1, 5, 33, 2))!;
        (float[] least, float[] most) = Box(5);
        FixedPointModel model = FixedPointModel.Create(network, least, most, Rows(5, 20), 1)!;
        float[] row = Rows(5, 1), expected = new float[2], y = new float[2];
        model.Run(row, expected);
        using var copy = new Nucleus.NativeBuffer((ulong)model.Block.Length);
        unsafe
        {
            model.Block.CopyTo(new Span<byte>(copy.Pointer, model.Block.Length));
            fixed (float* x = row, to = y)
                FixedPointModel.Entry(copy.Pointer, x, to);
        }

        Assert.Equal(expected, y);
    }

    private static int[] Widths(string name) => [.. name.Split('-').Select(int.Parse)];

    private static (float[] Least, float[] Most) Box(int width)
    {
        float[] least = new float[width], most = new float[width];
        Array.Fill(least, -1);
        Array.Fill(most, 1);
        return (least, most);
    }

    private static float[] Rows(int width, int count, float beyond = 1)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, width * count).Select(_ => (random.NextSingle() * 2 - 1) * beyond)];
    }
}
