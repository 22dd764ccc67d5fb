using MicroLake.Nn;
using MicroLake.Nn.Benchmarks;
using Xunit;

namespace MicroLake.HostTests.Nn;

/// <summary>Batches of many sizes: what is found out once, and what is kept.</summary>
public sealed class BatchTests
{
    [Fact]
    public void Kernels_are_timed_once_for_batches_of_about_one_size()
    {
        OnnxModel model = PerceptronModel.Create(1, 31, 256, 2);
        InferenceSession first = InferenceSession.Create(model, 20);
        Assert.Equal(1, model.Choices.Count);
        foreach (int batch in (int[])[16, 21, 200, 4096])
        {
            InferenceSession other = InferenceSession.Create(model, batch);
            Assert.Equal((first.Backend, first.Stacking), (other.Backend, other.Stacking));
        }

        Assert.Equal(1, model.Choices.Count);
        _ = InferenceSession.Create(model, 1);
        Assert.Equal(2, model.Choices.Count);
        _ = InferenceSession.Create(model, 5);
        _ = InferenceSession.Create(model, 7);
        Assert.Equal(3, model.Choices.Count);
    }

    [Fact]
    public void Long_runs_take_the_kernels_of_shorter_ones_that_were_timed()
    {
        OnnxModel model = PerceptronModel.Create(1, 31, 256, 256, 2);
        InferenceSession few = InferenceSession.Create(model, 8);
        InferenceSession many = InferenceSession.Create(model, 512);
        Assert.Equal(1, model.Choices.Count);
        Assert.Equal((few.Backend, few.Stacking), (many.Backend, many.Stacking));
    }

    [Fact]
    public void What_a_caller_asks_for_is_not_kept_for_others()
    {
        OnnxModel model = PerceptronModel.Create(1, 6, 12, 3);
        Assert.Equal(ComputeBackend.Scalar, InferenceSession.Create(model, 20, new() { Backend = ComputeBackend.Scalar }).Backend);
        _ = InferenceSession.Create(model, 20, new() { Stacking = LayerStacking.None });
        Assert.Equal(0, model.Choices.Count);
    }

    [Fact]
    public void Plans_of_the_sizes_used_last_are_kept_and_no_more()
    {
        OnnxModel model = PerceptronModel.Create(1, 6, 12, 3);
        var runner = new BatchRunner(model);
        float[] rows = Numbers(60 * 6), expected = new float[60 * 3], outputs = new float[60 * 3];
        new RowRunner(model, 1, new() { Backend = ComputeBackend.Scalar }).Run(rows, expected);
        for (int batch = 1; batch <= 30; batch++)
        {
            Array.Clear(outputs);
            runner.For(batch).Run(rows, outputs);
            for (int i = 0; i < outputs.Length; i++)
                Assert.InRange(outputs[i] - expected[i], -1e-5f, 1e-5f);
            Assert.Same(runner.For(batch), runner.For(batch));
        }

        Assert.Equal(8, runner.Plans);
        RowRunner kept = runner.For(23);
        for (int batch = 40; batch < 47; batch++)
            _ = runner.For(batch);
        Assert.Same(kept, runner.For(23));
        for (int batch = 50; batch < 58; batch++)
            _ = runner.For(batch);
        Assert.NotSame(kept, runner.For(23));
    }

    [Fact]
    public void Plans_that_take_much_memory_are_fewer()
    {
        // Softmax along the rows: a batch goes through as a whole, with all that lies between the layers.
        OnnxModel model = new OnnxBuilder().Input("x", "N", 1000).Output("y", "N", 1000)
            .Node("Relu", "x", "a").Node("Softmax", "a", "b", OnnxBuilder.Attribute("axis", 0L)).Node("Relu", "b", "y").Load();
        var runner = new BatchRunner(model);
        for (int batch = 2000; batch < 2006; batch++)
            Assert.Equal(batch, runner.For(batch).Batch);
        Assert.InRange(runner.Plans, 1, 2);
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(3);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() * 2 - 1;
        return values;
    }
}
