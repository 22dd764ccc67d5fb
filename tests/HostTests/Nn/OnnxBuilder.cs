using System.Runtime.InteropServices;
using MicroLake.Nn;

namespace MicroLake.HostTests.Nn;

/// <summary>Writes small ONNX files: what an exporter would write, and, by way of its parts, what one never would.</summary>
internal sealed class OnnxBuilder
{
    private readonly ProtoWriter _graph = new();
    private readonly ProtoWriter _metadata = new();

    public long Opset { get; init; } = 13;

    public string OpsetDomain { get; init; } = "";

    public static ProtoWriter Attribute(string name, long value) => new ProtoWriter().String(1, name).Varint(3, value).Varint(20, 2);

    public static ProtoWriter Attribute(string name, float value) => new ProtoWriter().String(1, name).Fixed32(2, value).Varint(20, 1);

    public static ProtoWriter Attribute(string name, params long[] values) => new ProtoWriter().String(1, name).PackedVarints(8, values).Varint(20, 7);

    public static ProtoWriter Attribute(string name, ProtoWriter tensor) => new ProtoWriter().String(1, name).Message(5, tensor).Varint(20, 4);

    /// <summary>A tensor with its elements in raw_data.</summary>
    public static ProtoWriter RawTensor<T>(string name, ElementType type, int[] dims, params T[] values) where T : unmanaged =>
        Header(name, (long)type, [.. dims.Select(d => (long)d)]).Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>Name, type and dimensions of a tensor, without elements.</summary>
    public static ProtoWriter Header(string name, long type, params long[] dims) =>
        new ProtoWriter().PackedVarints(1, dims).Varint(2, type).String(8, name);

    public static ProtoWriter Info(string name, ElementType type, params object[] dims)
    {
        var shape = new ProtoWriter();
        foreach (object d in dims)
            shape.Message(1, d is int value ? new ProtoWriter().Varint(1, value) : new ProtoWriter().String(2, (string)d));
        ProtoWriter tensor = new ProtoWriter().Varint(1, (long)type).Message(2, shape);
        return new ProtoWriter().String(1, name).Message(2, new ProtoWriter().Message(1, tensor));
    }

    public OnnxBuilder Input(string name, params object[] dims) => Input(name, ElementType.Float32, dims);

    public OnnxBuilder Input(string name, ElementType type, params object[] dims) => Part(11, Info(name, type, dims));

    public OnnxBuilder Output(string name, params object[] dims) => Output(name, ElementType.Float32, dims);

    public OnnxBuilder Output(string name, ElementType type, params object[] dims) => Part(12, Info(name, type, dims));

    public OnnxBuilder Weight(string name, int[] dims, params float[] values) => Part(5, RawTensor(name, ElementType.Float32, dims, values));

    public OnnxBuilder Weight(ProtoWriter tensor) => Part(5, tensor);

    public OnnxBuilder Shape(string name, params long[] values) => Part(5, RawTensor(name, ElementType.Int64, [values.Length], values));

    /// <summary>A node; inputs and outputs are names separated by spaces, - standing for one that is left out.</summary>
    public OnnxBuilder Node(string op, string inputs, string outputs, params ProtoWriter[] attributes) => Node("", op, "", inputs, outputs, attributes);

    public OnnxBuilder Node(string name, string op, string domain, string inputs, string outputs, params ProtoWriter[] attributes)
    {
        var node = new ProtoWriter();
        foreach (string input in inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            node.String(1, input == "-" ? "" : input);
        foreach (string output in outputs.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            node.String(2, output == "-" ? "" : output);
        node.String(3, name).String(4, op);
        foreach (ProtoWriter attribute in attributes)
            node.Message(5, attribute);
        return Part(1, node.String(7, domain));
    }

    /// <summary>Any field of the graph.</summary>
    public OnnxBuilder Part(int field, ProtoWriter message)
    {
        _graph.Message(field, message);
        return this;
    }

    /// <summary>What the file says of itself.</summary>
    public OnnxBuilder Metadata(string key, string value)
    {
        _metadata.Message(14, new ProtoWriter().String(1, key).String(2, value));
        return this;
    }

    public byte[] ToArray() =>
        new ProtoWriter().Varint(1, 8).String(2, "tests").Message(7, _graph).Append(_metadata)
            .Message(8, new ProtoWriter().String(1, OpsetDomain).Varint(2, Opset)).ToArray();

    public OnnxModel Load(ModelLimits? limits = null) => OnnxModel.Load(ToArray(), limits);

    /// <summary>A perceptron of <paramref name="widths"/> with random weights and the activation between its layers.</summary>
    public static OnnxBuilder Perceptron(string activation, int seed, params int[] widths)
    {
        var random = new Random(seed);
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", widths[0]);
        string value = "x";
        for (int i = 1; i < widths.Length; i++)
        {
            builder.Weight($"w{i}", [widths[i - 1], widths[i]], Numbers(random, widths[i - 1] * widths[i]));
            builder.Weight($"b{i}", [widths[i]], Numbers(random, widths[i]));
            bool last = i == widths.Length - 1;
            builder.Node($"dense{i}", "Gemm", "", $"{value} w{i} b{i}", last ? "y" : $"h{i}");
            if (!last)
                builder.Node(activation, $"h{i}", $"a{i}");
            value = $"a{i}";
        }

        return builder.Output("y", "N", widths[^1]);
    }

    public static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
            numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }
}
