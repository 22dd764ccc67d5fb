using Google.Protobuf;

namespace MicroLake.ConsoleTests.Harness;

/// <summary>
/// Writes a small ONNX model (onnx.proto3, field numbers below) with no help from the code under test:
/// <c>scores = input · weights + bias</c>, then optionally a sigmoid.
/// </summary>
public static class OnnxFile
{
    private const int Float32 = 1;

    /// <param name="weights">Shape [inputs, outputs].</param>
    /// <param name="bias">Shape [outputs].</param>
    /// <param name="activation">An operator of one input that follows, or null.</param>
    public static byte[] Linear(float[,] weights, float[] bias, string? activation = null)
    {
        int inputs = weights.GetLength(0), outputs = weights.GetLength(1);
        byte[][] nodes = activation is null
            ? [Node("Gemm", "dense", "scores", "x", "w", "b")]
            : [Node("Gemm", "dense", "sums", "x", "w", "b"), Node(activation, "activation", "scores", "sums")];
        byte[] graph = Message(output =>
        {
            foreach (byte[] node in nodes)
                Bytes(output, 1, node);
            Text(output, 2, "linear");
            Bytes(output, 5, Tensor("w", [inputs, outputs], [.. weights.Cast<float>()]));
            Bytes(output, 5, Tensor("b", [outputs], bias));
            Bytes(output, 11, Value("x", inputs));
            Bytes(output, 12, Value("scores", outputs));
        });
        return Message(output =>
        {
            Number(output, 1, 8);
            Bytes(output, 7, graph);
            Bytes(output, 8, Message(opset => Number(opset, 2, 13)));
        });
    }

    private static byte[] Node(string type, string name, string result, params string[] inputs) => Message(output =>
    {
        foreach (string input in inputs)
            Text(output, 1, input);
        Text(output, 2, result);
        Text(output, 3, name);
        Text(output, 4, type);
    });

    private static byte[] Tensor(string name, int[] shape, float[] values) => Message(output =>
    {
        foreach (int size in shape)
            Number(output, 1, size);
        Number(output, 2, Float32);
        Text(output, 8, name);
        byte[] raw = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, raw, 0, raw.Length);
        Bytes(output, 9, raw);
    });

    private static byte[] Value(string name, int columns) => Message(output =>
    {
        byte[] batch = Message(dimension => Text(dimension, 2, "batch"));
        byte[] width = Message(dimension => Number(dimension, 1, columns));
        byte[] shape = Message(s => { Bytes(s, 1, batch); Bytes(s, 1, width); });
        byte[] tensor = Message(t => { Number(t, 1, Float32); Bytes(t, 2, shape); });
        Text(output, 1, name);
        Bytes(output, 2, Message(type => Bytes(type, 1, tensor)));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }

    private static void Number(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Text(CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    private static void Bytes(CodedOutputStream output, int field, byte[] value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
    }
}
