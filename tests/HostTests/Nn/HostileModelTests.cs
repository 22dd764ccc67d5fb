using MicroLake.Nn;
using Xunit;
using static MicroLake.HostTests.Nn.OnnxBuilder;

namespace MicroLake.HostTests.Nn;

/// <summary>Each kind of bad model is one clear error that says where, and takes little memory.</summary>
public sealed class HostileModelTests
{
    private static OnnxBuilder Simple() => new OnnxBuilder().Input("x", 1, 4).Output("y", 1, 4);

    private static string Refusal(OnnxBuilder builder, ModelLimits? limits = null) =>
        Assert.ThrowsAny<ModelFormatException>(() => builder.Load(limits)).Message;

    [Fact]
    public void An_unknown_operator_is_named_with_its_node()
    {
        OnnxBuilder model = Simple().Node("squash", "Erf", "", "x", "y");
        var refusal = Assert.Throws<UnsupportedOperatorException>(() => model.Load());
        Assert.Equal("Erf", refusal.OperatorName);
        Assert.Contains("'squash'", refusal.Message);
        Assert.Contains("Erf", refusal.Message);
    }

    [Fact]
    public void An_operator_of_another_domain_is_named_with_it()
    {
        var refusal = Assert.Throws<UnsupportedOperatorException>(() => Simple().Node("n", "Gemm", "com.example", "x", "y").Load());
        Assert.Equal("com.example.Gemm", refusal.OperatorName);
    }

    [Fact]
    public void A_cycle_is_named_by_a_node_in_it() =>
        Assert.Contains("cycle", Refusal(Simple().Node("a", "Add", "", "x q", "p").Node("b", "Relu", "", "p", "q").Node("Relu", "q", "y")));

    [Fact]
    public void Nodes_out_of_order_are_put_in_order()
    {
        OnnxModel model = Simple().Node("Relu", "p", "y").Node("Add", "x x", "p").Load();
        Assert.Equal(["Add", "Relu"], model.Nodes);
    }

    [Fact]
    public void A_missing_tensor_is_named_with_its_reader()
    {
        string message = Refusal(Simple().Node("n", "Add", "", "x ghost", "y"));
        Assert.Contains("'ghost'", message);
        Assert.Contains("'n'", message);
    }

    [Fact]
    public void A_missing_output_is_named() => Assert.Contains("output 'y'", Refusal(Simple().Node("Relu", "x", "z")));

    [Theory]
    [InlineData("x")]
    [InlineData("w")]
    [InlineData("p")]
    public void A_name_with_two_sources_is_refused(string name) =>
        Assert.Contains($"'{name}'", Refusal(Simple().Weight("w", [1], 1).Node("Relu", "x", "p").Node("Relu", "x", name)));

    [Fact]
    public void Huge_dimensions_without_data_are_refused_before_memory_is_taken()
    {
        ProtoWriter weight = Header("w", (long)ElementType.Float32, int.MaxValue, int.MaxValue, int.MaxValue);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Refusal(Simple().Weight(weight).Node("Add", "x w", "y"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains("weight 'w'", message);
        Assert.Contains("MaxParameterBytes", message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_dimension_that_is_no_size_is_refused(long dimension) =>
        Assert.Contains("dimension 0", Refusal(Simple().Weight(Header("w", 1, dimension)).Node("Add", "x w", "y")));

    [Fact]
    public void Too_many_dimensions_are_refused() =>
        Assert.Contains("dimensions", Refusal(Simple().Weight(Header("w", 1, new long[40])).Node("Add", "x w", "y")));

    [Fact]
    public void Data_of_the_wrong_length_is_refused() =>
        Assert.Contains("needs 16", Refusal(Simple().Weight(RawTensor<float>("w", ElementType.Float32, [4], 1, 2, 3)).Node("Add", "x w", "y")));

    [Fact]
    public void Typed_data_of_the_wrong_length_is_refused() =>
        Assert.Contains("needs 4", Refusal(Simple().Weight(Header("w", 1, 4).Fixed32(4, 1f)).Node("Add", "x w", "y")));

    [Fact]
    public void External_data_is_refused_with_what_to_do()
    {
        string message = Refusal(Simple().Weight(Header("w", 1, 4).Varint(14, 1)).Node("Add", "x w", "y"));
        Assert.Contains("another file", message);
        Assert.Contains("weight 'w'", message);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(-5)]
    public void An_element_type_that_is_not_supported_is_refused(long type) =>
        Assert.Contains("element type", Refusal(Simple().Weight(Header("w", type, 1)).Node("Add", "x w", "y")));

    [Fact]
    public void Operands_of_different_types_are_refused() =>
        Assert.Contains("int32", Refusal(Simple().Weight(RawTensor("w", ElementType.Int32, [4], 1, 2, 3, 4)).Node("Add", "x w", "y")));

    [Fact]
    public void An_output_of_another_type_than_declared_is_refused() =>
        Assert.Contains("declared", Refusal(new OnnxBuilder().Input("x", 1, 4).Output("y", ElementType.Int64, 1, 4).Node("Relu", "x", "y")));

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_with_both()
    {
        string message = Refusal(Simple().Weight("w", [3, 2], new float[6]).Node("n", "MatMul", "", "x w", "y"));
        Assert.Contains("[1, 4]", message);
        Assert.Contains("[3, 2]", message);
        Assert.Contains("'n'", message);
    }

    [Fact]
    public void Too_many_or_too_few_inputs_are_refused()
    {
        Assert.Contains("inputs", Refusal(Simple().Node("Add", "x", "y")));
        Assert.Contains("inputs", Refusal(Simple().Node("Relu", "x x", "y")));
        Assert.Contains("left out", Refusal(Simple().Node("Add", "x -", "y")));
    }

    [Fact]
    public void An_unknown_attribute_is_refused() =>
        Assert.Contains("'broadcast'", Refusal(Simple().Node("Add", "x x", "y", Attribute("broadcast", 1L))));

    [Fact]
    public void An_attribute_of_the_wrong_type_is_refused() =>
        Assert.Contains("'axis'", Refusal(Simple().Node("Softmax", "x", "y", Attribute("axis", 1f))));

    [Fact]
    public void An_attribute_given_twice_is_refused() =>
        Assert.Contains("twice", Refusal(Simple().Node("Softmax", "x", "y", Attribute("axis", 1L), Attribute("axis", 0L))));

    [Theory]
    [InlineData(6)]
    [InlineData(22)]
    [InlineData(-3)]
    public void Another_operator_set_is_refused(long opset)
    {
        OnnxBuilder model = new OnnxBuilder { Opset = opset }.Input("x", 1).Output("y", 1).Node("Relu", "x", "y");
        Assert.Contains("7 to 21", Refusal(model));
    }

    [Fact]
    public void A_file_without_an_operator_set_is_refused() =>
        Assert.Contains("operator set", Refusal(new OnnxBuilder { OpsetDomain = "other" }.Input("x", 1).Output("y", 1).Node("Relu", "x", "y")));

    [Fact]
    public void A_graph_without_outputs_is_refused() => Assert.Contains("no output", Refusal(new OnnxBuilder().Input("x", 1).Node("Relu", "x", "y")));

    [Fact]
    public void Other_files_are_refused()
    {
        foreach (byte[] file in new byte[][] { [], [0], [0xFF, 0xFF, 0xFF], "not a model"u8.ToArray(), new byte[4096], [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07] })
            Assert.ThrowsAny<ModelFormatException>(() => OnnxModel.Load(file));
    }

    [Fact]
    public void Every_truncation_is_refused_or_loads()
    {
        byte[] whole = Perceptron("Relu", 1, 5, 7, 3).ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] part = whole[..length];
            Assert.ThrowsAny<ModelFormatException>(() => OnnxModel.Load(part));
        }
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var inner = new ProtoWriter();
        for (int i = 0; i < 10_000; i++)
            inner = new ProtoWriter().Message(5, inner);
        // Field 5 of a node is an attribute, field 5 of an attribute a tensor, in which field 5 is a run of numbers.
        Assert.ThrowsAny<ModelFormatException>(() => Simple().Part(1, inner).Load());
        // Groups, which the schema does not have, are where a skipping reader would recurse.
        byte[] groups = [.. Enumerable.Repeat((byte)0xA3, 100_000)];
        Assert.ThrowsAny<ModelFormatException>(() => OnnxModel.Load(groups));
    }

    [Fact]
    public void More_parts_than_the_limits_allow_are_refused_early()
    {
        byte[] file = new ProtoWriter().Bytes(7, [.. Enumerable.Repeat(new byte[] { 0x0A, 0x00 }, 500_000).SelectMany(b => b)]).ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelLimitException>(() => OnnxModel.Load(file, new() { MaxNodes = 100, MaxTensors = 100 }));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void Each_limit_is_kept()
    {
        byte[] file = Perceptron("Relu", 1, 100, 100, 10).ToArray();
        Assert.Contains("MaxFileBytes", Assert.Throws<ModelLimitException>(() => OnnxModel.Load(file, new() { MaxFileBytes = 1000 })).Message);
        Assert.Contains("MaxParameterBytes", Assert.Throws<ModelLimitException>(() => OnnxModel.Load(file, new() { MaxParameterBytes = 40_000 })).Message);
        Assert.Contains("MaxNodes", Assert.Throws<ModelLimitException>(() => OnnxModel.Load(file, new() { MaxNodes = 2 })).Message);
        Assert.Contains("MaxTensors", Assert.Throws<ModelLimitException>(() => OnnxModel.Load(file, new() { MaxTensors = 3 })).Message);
        OnnxModel model = OnnxModel.Load(file, new() { MaxArenaBytes = 4000 });
        Assert.Contains("MaxArenaBytes", Assert.Throws<ModelLimitException>(() => InferenceSession.Create(model, 1000)).Message);
    }

    [Fact]
    public void Broadcasting_that_multiplies_sizes_is_stopped_by_the_limit()
    {
        var model = new OnnxBuilder().Input("x", 1, 1).Output("y", 1, 1)
            .Weight("a", [4096, 1], new float[4096]).Weight("b", [1, 4096], new float[4096])
            .Node("Add", "a b", "big").Node("MatMul", "big big", "huge").Node("Add", "huge x", "y");
        Assert.Contains("MaxArenaBytes", Refusal(model, new() { MaxArenaBytes = 1 << 20 }));
        // With room for it, nothing that takes long is computed while loading.
        model.Load(new() { MaxArenaBytes = 1 << 30 });
    }

    [Theory]
    [InlineData("-1 -1", "two dimensions")]
    [InlineData("-2", "-2")]
    [InlineData("3 -1", "does not fit")]
    [InlineData("0 0 0", "dimension 2")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    public void A_reshape_that_cannot_be_is_refused(string wanted, string says)
    {
        var model = new OnnxBuilder().Input("x", 1, 4).Output("y").Shape("s", [.. wanted.Split(' ').Select(long.Parse)]).Node("Reshape", "x s", "y");
        Assert.Contains(says, Refusal(model));
    }

    [Fact]
    public void A_shape_that_only_the_running_model_knows_is_refused_when_the_session_is_made()
    {
        OnnxModel model = new OnnxBuilder().Input("x", 1, 4).Input("s", ElementType.Int64, 2).Output("y", 2, 2).Node("Reshape", "x s", "y").Load();
        Assert.Contains("'s'", Assert.Throws<UnresolvedShapeException>(() => InferenceSession.Create(model)).Message);
        var options = new InferenceOptions { Constants = new Dictionary<string, Tensor> { ["s"] = Tensor.Over<long>(new long[] { 2, 2 }, 2) } };
        Assert.Equal(new Shape(2, 2), InferenceSession.Create(model, 1, options).Outputs[0].Shape);
    }
}
