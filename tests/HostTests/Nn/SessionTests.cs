using MicroLake.Nn;
using Xunit;
using static MicroLake.HostTests.Nn.OnnxBuilder;

namespace MicroLake.HostTests.Nn;

public sealed class SessionTests
{
    public static MatrixTheoryData<ComputeBackend, LayerStacking> Vectors() => new([ComputeBackend.Vector128, ComputeBackend.Vector256, ComputeBackend.Vector512], Enum.GetValues<LayerStacking>());

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Every_kernel_size_gives_what_the_reference_gives(ComputeBackend backend, LayerStacking stacking)
    {
        foreach (int width in new[] { 1, 2, 3, 8, 10, 16, 17, 31, 33, 64, 70 })
        {
            foreach (int batch in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 25 })
            {
                OnnxModel model = Perceptron("Relu", width, width, 20, width, 1 + (width % 5)).Load();
                float[] input = Numbers(new Random(batch), batch * width);
                float[] expected = Run(model, batch, input, new() { Backend = ComputeBackend.Scalar });
                float[] actual = Run(model, batch, input, new() { Backend = backend, Stacking = stacking });
                AssertClose(expected, actual, $"width {width}, batch {batch}");
            }
        }
    }

    [Theory]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData("Softmax")]
    public void Vector_functions_follow_the_reference_from_the_smallest_to_the_greatest_numbers(string function)
    {
        float[] input = [0, -0f, 1e-30f, -1e-30f, 1e-4f, -1e-4f, 0.2f, 0.249f, 0.25f, 0.251f, -0.25f, 0.5f, 1, -1, 3, 9, -9, 15, 20, -20, 50, -50, 87, -87, 100, -100, 1e4f, -1e4f, 3e38f, -3e38f, float.PositiveInfinity, float.NegativeInfinity];
        if (function == "Softmax")
            input = [.. input[..20]];
        OnnxModel model = new OnnxBuilder().Input("x", "N", input.Length).Output("y", "N", input.Length).Node(function, "x", "y").Load();
        float[] expected = Run(model, 1, input, new() { Backend = ComputeBackend.Scalar });
        foreach (ComputeBackend backend in Enum.GetValues<ComputeBackend>())
        {
            float[] actual = Run(model, 1, input, new() { Backend = backend });
            for (int i = 0; i < input.Length; i++)
                Assert.True(expected[i] == actual[i] || MathF.Abs(expected[i] - actual[i]) <= 1e-30f + 1e-6f * MathF.Abs(expected[i]) || (MathF.Abs(expected[i]) < 1e-36f && MathF.Abs(actual[i]) < 1e-36f),
                    $"{function}({input[i]:R}) by {backend} is {actual[i]:R}, not {expected[i]:R}");
        }
    }

    [Theory]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("Relu")]
    public void Not_a_number_stays_so(string function)
    {
        float[] input = [.. Enumerable.Repeat(float.NaN, 21), .. Enumerable.Repeat(-float.NaN, 21)];
        OnnxModel model = new OnnxBuilder().Input("x", "N", input.Length).Output("y", "N", input.Length).Node(function, "x", "y").Load();
        foreach (ComputeBackend backend in Enum.GetValues<ComputeBackend>())
            Assert.All(Run(model, 1, input, new() { Backend = backend }), y => Assert.True(float.IsNaN(y)));
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.NaN)]
    public void What_is_not_finite_passes_through_a_layer_behind_a_Relu_as_the_reference_lets_it(float special)
    {
        // Hidden units: negative, zero, positive, again and again, so that every lane and the tail meet the special weight.
        for (int hidden = 1; hidden <= 40; hidden++)
        {
            for (int at = 0; at < hidden; at++)
            {
                float[] first = [.. Enumerable.Range(0, hidden).Select(i => (i % 3) - 1f)], second = [.. Numbers(new Random(hidden), 2 * hidden)];
                AssertBehaves(Network(first, second), hidden, at, 1);
                AssertBehaves(Network(first, second), hidden, at, special);
                second[(2 * at) + 1] = special;
                AssertBehaves(Network(first, second), hidden, at, 1);
            }
        }

        static OnnxModel Network(float[] first, float[] second) => new OnnxBuilder().Input("x", "N", 1).Output("y", "N", 2)
            .Weight("a", [1, first.Length], first).Weight("b", [first.Length, 2], second)
            .Node("MatMul", "x a", "p").Node("Relu", "p", "r").Node("MatMul", "r b", "y").Load();

        static void AssertBehaves(OnnxModel model, int hidden, int at, float input)
        {
            float[] rows = [1, -1, input, 2, 1];
            float[] expected = Run(model, rows.Length, rows, new() { Backend = ComputeBackend.Scalar });
            foreach (LayerStacking stacking in Enum.GetValues<LayerStacking>())
            {
                float[] actual = Run(model, rows.Length, rows, new() { Backend = ComputeBackend.Vector128, Stacking = stacking });
                for (int i = 0; i < expected.Length; i++)
                    Assert.True(expected[i].Equals(actual[i]) || MathF.Abs(expected[i] - actual[i]) <= 2e-5f,
                        $"{hidden} hidden units, number {at}, {stacking}: element {i} is {actual[i]:R}, not {expected[i]:R}");
            }
        }
    }

    [Fact]
    public void Running_allocates_nothing()
    {
        OnnxModel model = Perceptron("Relu", 1, 31, 64, 2).Load();
        foreach ((ComputeBackend backend, LayerStacking stacking) in Enum.GetValues<ComputeBackend>().SelectMany(b => Enum.GetValues<LayerStacking>().Select(s => (b, s))))
        {
            InferenceSession session = InferenceSession.Create(model, 100, new() { Backend = backend, Stacking = stacking });
            float[] input = new float[3100], output = new float[200];
            Tensor[] inputs = [Tensor.Over<float>(input, 100, 31)], outputs = [Tensor.Over<float>(output, 100, 2)];
            session.Run(input, output);
            session.Run(inputs, outputs);

            // What a run allocates, it allocates each time. The counter also moves when a collection that another test asks for retires this thread's allocation buffer: hence the least of a few.
            long least = long.MaxValue;
            for (int attempt = 0; attempt < 5 && least != 0; attempt++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 10; i++)
                {
                    session.Run(input, output);
                    session.Run(inputs, outputs);
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, least);
        }
    }

    [Fact]
    public void The_arena_has_room_for_two_layers_that_follow_each_other_and_no_more()
    {
        // Layers of 100, 300, 200 and 50 floats: 300 and 200 live at once; the fourth takes the place of the second. Each has
        // 128 bytes behind it and is rounded up to whole cache lines.
        OnnxModel model = Perceptron("Relu", 1, 10, 100, 300, 200, 50, 5).Load();
        InferenceSession session = InferenceSession.Create(model, 1, new() { Backend = ComputeBackend.Vector128 });
        Assert.Equal(1344 + 960, session.ArenaBytes);
    }

    [Fact]
    public void The_arena_does_not_grow_with_a_batch_that_is_run_in_pieces()
    {
        OnnxModel model = Perceptron("Relu", 1, 31, 256, 2).Load();
        long small = InferenceSession.Create(model, 512).ArenaBytes;
        Assert.InRange(InferenceSession.Create(model, 512 * 16).ArenaBytes, 1024, small * 3 / 2);
        Assert.InRange(small, 256 * 4, 256 << 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Rows_give_the_same_whatever_the_batch_and_the_pieces(int rowsPerStep)
    {
        OnnxModel model = Perceptron("Tanh", 3, 6, 9, 4).Load();
        float[] input = Numbers(new Random(1), 100 * 6);
        float[] expected = Run(model, 100, input, new() { Backend = ComputeBackend.Scalar, RowsPerStep = 100 });
        AssertClose(expected, Run(model, 100, input, new() { RowsPerStep = rowsPerStep }), "pieces");
        foreach (int batch in new[] { 1, 3, 64, 200 })
        {
            var runner = new RowRunner(model, batch);
            float[] outputs = new float[400];
            runner.Run(input, outputs);
            AssertClose(expected, outputs, $"batch {batch}");
        }
    }

    [Fact]
    public void A_model_fixed_at_one_row_takes_a_batch()
    {
        OnnxModel model = new OnnxBuilder().Input("x", 1, 3).Output("y", 1, 2).Weight("w", [3, 2], 1, 2, 3, 4, 5, 6).Weight("b", [1, 2], 10, 20)
            .Node("MatMul", "x w", "m").Node("Add", "m b", "y").Load();
        Assert.Equal([19, 32, 11, 22, 13, 24], Run(model, 3, [1, 1, 1, 1, 0, 0, 0, 1, 0]));
    }

    [Fact]
    public void A_model_fixed_at_one_row_whose_rows_would_mix_takes_them_one_by_one()
    {
        // Softmax along the rows: with more than one row at a time it would not be 1 everywhere.
        OnnxModel model = new OnnxBuilder().Input("x", 1, 3).Output("y", 1, 3).Node("Softmax", "x", "y", Attribute("axis", 0L)).Load();
        Assert.Equal([1, 1, 1, 1, 1, 1], Run(model, 2, [1, 2, 3, 4, 5, 6]));
        // A constant with as many rows as the batch adds its first row to each.
        model = new OnnxBuilder().Input("x", 1, 2).Output("y", 2, 2).Weight("c", [2, 2], 10, 20, 30, 40).Node("Add", "x c", "y").Load();
        Assert.Equal([11, 21, 31, 41, 12, 22, 32, 42], Run(model, 2, [1, 1, 2, 2]));
    }

    [Fact]
    public void A_model_with_an_open_batch_whose_rows_mix_takes_the_batch_as_a_whole()
    {
        OnnxModel model = new OnnxBuilder().Input("x", "N", 1).Output("y", "N", 1).Node("Softmax", "x", "y", Attribute("axis", 0L)).Load();
        float[] output = Run(model, 200, new float[200], new() { RowsPerStep = 10 });
        Assert.All(output, y => Assert.Equal(1f / 200, y, 1e-6f));
    }

    [Fact]
    public void A_model_fixed_at_several_rows_takes_multiples_of_them()
    {
        OnnxModel model = new OnnxBuilder().Input("x", 2, 2).Output("y", 2, 2).Node("Softmax", "x", "y", Attribute("axis", 0L)).Load();
        Assert.Equal(2, InferenceSession.Create(model).Batch);
        Assert.All(Run(model, 4, new float[8]), y => Assert.Equal(0.5f, y, 1e-6f));
        Assert.Contains("multiple of 2", Assert.Throws<InferenceException>(() => InferenceSession.Create(model, 3)).Message);
        var runner = new RowRunner(model, 2);
        float[] outputs = new float[6];
        runner.Run(new float[6], outputs);
        Assert.Equal(0.5f, outputs[0], 1e-6f);
    }

    [Fact]
    public void Wrong_lengths_are_refused_with_the_right_ones()
    {
        InferenceSession session = InferenceSession.Create(Perceptron("Relu", 1, 3, 2).Load(), 4);
        Assert.Contains("12 numbers in and 8 out", Assert.Throws<InferenceException>(() => session.Run(new float[11], new float[8])).Message);
        Assert.Throws<InferenceException>(() => session.Run(new float[12], new float[9]));
        Assert.Throws<InferenceException>(() => session.Run([Tensor.Over<int>(new int[12], 4, 3)], [Tensor.Over<float>(new float[8], 4, 2)]));
        Assert.Throws<InferenceException>(() => session.Run([], [Tensor.Over<float>(new float[8], 4, 2)]));
        Assert.Throws<InferenceException>(() => InferenceSession.Create(Perceptron("Relu", 1, 3, 2).Load(), 0));
    }

    [Fact]
    public void Nothing_is_written_beyond_the_callers_output()
    {
        foreach (int width in new[] { 1, 2, 5, 9, 10, 15, 17, 31 })
        {
            foreach (int batch in new[] { 1, 2, 3, 5, 8 })
            {
                foreach ((ComputeBackend backend, LayerStacking stacking) in Enum.GetValues<ComputeBackend>().SelectMany(b => Enum.GetValues<LayerStacking>().Select(s => (b, s))))
                {
                    InferenceSession session = InferenceSession.Create(Perceptron("Relu", 1, 4, width).Load(), batch, new() { Backend = backend, Stacking = stacking });
                    float[] memory = new float[batch * width + 200];
                    Array.Fill(memory, 7);
                    session.Run(new float[batch * 4], memory.AsSpan(100, batch * width));
                    Assert.All(memory[..100].Concat(memory[^100..]), v => Assert.Equal(7, v));
                }
            }
        }
    }

    [Fact]
    public void Outputs_that_share_a_value_or_are_inputs_or_constants_are_each_written()
    {
        OnnxModel model = new OnnxBuilder().Input("x", 1, 2).Output("a", 1, 2).Output("b", 1, 2).Output("c", 1, 2).Output("k", 2)
            .Weight("w", [2], 5, 6).Node("Relu", "x", "a").Node("Identity", "a", "b").Node("Identity", "x", "c").Node("Identity", "w", "k").Load();
        InferenceSession session = InferenceSession.Create(model);
        float[] a = new float[2], b = new float[2], c = new float[2], k = new float[2];
        session.Run([Tensor.Over<float>(new float[] { -1, 1 }, 1, 2)], [Tensor.Over<float>(a, 1, 2), Tensor.Over<float>(b, 1, 2), Tensor.Over<float>(c, 1, 2), Tensor.Over<float>(k, 2)]);
        Assert.Equal([0, 1, 0, 1, -1, 1, 5, 6], [.. a, .. b, .. c, .. k]);
    }

    [Fact]
    public void A_value_that_is_still_needed_is_not_overwritten()
    {
        // Sigmoid could run in place on p, and the product be joined with the Relu after it, were p not read again at the end.
        OnnxModel model = new OnnxBuilder().Input("x", "N", 2).Output("y", "N", 2).Weight("w", [2, 2], 1, 0, 0, 1)
            .Node("MatMul", "x w", "p").Node("Relu", "p", "r").Node("Sigmoid", "p", "s").Node("Add", "r s", "t").Node("Sub", "t p", "y").Load();
        float[] expected = [.. new[] { -2f, 3f }.Select(v => MathF.Max(v, 0) + 1 / (1 + MathF.Exp(-v)) - v)];
        AssertClose(expected, Run(model, 1, [-2, 3]), "y");
    }

    [Fact]
    public void Layers_in_one_kernel_do_not_write_over_rows_that_they_still_read()
    {
        // The input of the layers has died when the last of them is computed one after the other, and its place is used again.
        OnnxModel model = new OnnxBuilder().Input("x", "N", 8).Output("y", "N", 16)
            .Weight("a", [8, 8], Numbers(new Random(1), 64)).Weight("b", [8, 16], Numbers(new Random(2), 128))
            .Node("Tanh", "x", "t").Node("MatMul", "t a", "p").Node("MatMul", "p b", "q").Node("Tanh", "q", "y").Load();
        float[] input = Numbers(new Random(3), 40 * 8);
        float[] expected = Run(model, 40, input, new() { Backend = ComputeBackend.Scalar });
        AssertClose(expected, Run(model, 40, input, new() { Backend = ComputeBackend.Vector128, Stacking = LayerStacking.Rows }), "stacked");
    }

    [Fact]
    public void A_layer_whose_result_is_read_twice_is_not_run_into_the_next()
    {
        OnnxModel model = new OnnxBuilder().Input("x", "N", 2).Output("y", "N", 2).Output("p", "N", 2).Weight("w", [2, 2], 1, 2, 3, 4)
            .Node("MatMul", "x w", "p").Node("MatMul", "p w", "y").Load();
        InferenceSession session = InferenceSession.Create(model, 1, new() { Backend = ComputeBackend.Vector128, Stacking = LayerStacking.Rows });
        float[] y = new float[2], p = new float[2];
        session.Run([Tensor.Over<float>(new float[] { 1, 1 }, 1, 2)], [Tensor.Over<float>(y, 1, 2), Tensor.Over<float>(p, 1, 2)]);
        Assert.Equal([22, 32, 4, 6], [.. y, .. p]);
    }

    [Fact]
    public void Half_precision_weights_are_computed_in_float32()
    {
        OnnxModel model = new OnnxBuilder().Input("x", ElementType.Float16, "N", 2).Output("y", ElementType.Float16, "N", 1)
            .Weight(RawTensor("w", ElementType.Float16, [2, 1], (Half)0.5, (Half)2)).Node("MatMul", "x w", "m").Node("Relu", "m", "y").Load();
        InferenceSession session = InferenceSession.Create(model);
        var output = new Half[1];
        session.Run([Tensor.Over<Half>(new[] { (Half)3, (Half)4 }, 1, 2)], [Tensor.Over<Half>(output, 1, 1)]);
        Assert.Equal((Half)9.5, output[0]);
    }

    [Theory]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Float16)]
    public void Weights_in_typed_fields_and_raw_are_the_same(ElementType type)
    {
        ProtoWriter typed = Header("w", (long)type, 2).PackedVarints(5, type == ElementType.Float16 ? [0x3C00, 0xC000] : [1, -2]);
        OnnxModel model = new OnnxBuilder().Input("x", 1, 2).Output("y", 1, 2).Weight(typed)
            .Node("Cast", "w", "f", Attribute("to", 1L)).Node("Mul", "x f", "y").Load();
        Assert.Equal([3, -8], Run(model, 1, [3, 4]));
    }

    [Fact]
    public void Softmax_before_operator_set_13_takes_all_dimensions_from_the_axis_together()
    {
        OnnxModel old = new OnnxBuilder { Opset = 11 }.Input("x", 1, 2, 2).Output("y", 1, 2, 2).Node("Softmax", "x", "y").Load();
        OnnxModel current = new OnnxBuilder { Opset = 13 }.Input("x", 1, 2, 2).Output("y", 1, 2, 2).Node("Softmax", "x", "y").Load();
        Assert.All(Run(old, 1, new float[4]), y => Assert.Equal(0.25f, y, 1e-6f));
        Assert.All(Run(current, 1, new float[4]), y => Assert.Equal(0.5f, y, 1e-6f));
    }

    [Fact]
    public void Integers_wrap_and_their_division_by_zero_is_zero()
    {
        OnnxModel model = new OnnxBuilder().Input("a", ElementType.Int32, 3).Input("b", ElementType.Int32, 3).Output("y", ElementType.Int32, 3).Node("Div", "a b", "y").Load();
        int[] y = new int[3];
        InferenceSession.Create(model).Run([Tensor.Over<int>(new[] { 7, int.MinValue, -7 }, 3), Tensor.Over<int>(new[] { 0, -1, 2 }, 3)], [Tensor.Over<int>(y, 3)]);
        Assert.Equal([0, int.MinValue, -3], y);
    }

    [Fact]
    public void Sessions_of_one_model_share_its_packed_weights()
    {
        OnnxModel model = Perceptron("Relu", 1, 31, 256, 2).Load();
        _ = InferenceSession.Create(model, 8, new() { Backend = ComputeBackend.Vector128, Stacking = LayerStacking.Rows });
        long packed = model.Packed.Bytes;
        _ = InferenceSession.Create(model, 64, new() { Backend = ComputeBackend.Vector128, Stacking = LayerStacking.Rows });
        Assert.Equal(packed, model.Packed.Bytes);
    }

    [Fact]
    public void A_small_layer_with_large_weights_is_summed_in_float64()
    {
        // 1e8 + 1 - 1e8 is 0 in float32.
        OnnxModel model = new OnnxBuilder().Input("x", "N", 3).Output("y", "N", 1).Weight("w", [3, 1], 1e8f, 1, -1e8f).Node("MatMul", "x w", "y").Load();
        foreach (ComputeBackend backend in Enum.GetValues<ComputeBackend>())
            Assert.Equal([1], Run(model, 1, [1, 1, 1], new() { Backend = backend }));
    }

    private static float[] Run(OnnxModel model, int batch, float[] input, InferenceOptions? options = null)
    {
        InferenceSession session = InferenceSession.Create(model, batch, options);
        float[] output = new float[session.Outputs[0].Shape.Count];
        session.Run(input, output);
        return output;
    }

    private static void AssertClose(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= 2e-5f + 1e-5f * MathF.Abs(expected[i]), $"{what}: element {i} is {actual[i]:R}, not {expected[i]:R}");
    }
}
