using System.Runtime.InteropServices;
using Google.Protobuf;

namespace MicroLake.Nn.Training;

/// <summary>Writes a network as an ONNX file (onnx.proto3): a Gemm and an activation for each layer, weights inside.</summary>
public static class OnnxWriter
{
    private const int LeastOpset = 17, GreatestOpset = 21;
    private const int Float = 1, IntAttribute = 2;

    /// <summary>The file's bytes; the same network gives the same bytes.</summary>
    /// <param name="name">Of the graph.</param>
    /// <param name="metadata">Written as <c>metadata_props</c>, in this order.</param>
    public static byte[] Write(DenseNetwork network, string name, IEnumerable<KeyValuePair<string, string>> metadata, int opset = LeastOpset)
    {
        if (opset is < LeastOpset or > GreatestOpset)
            throw new ArgumentOutOfRangeException(nameof(opset), opset, $"Operator sets {LeastOpset} to {GreatestOpset} can be written.");
        // The versions of the file format that came with these operator sets.
        int irVersion = opset switch { <= 18 => 8, <= 20 => 9, _ => 10 };
        return Message(model =>
        {
            Number(model, 1, irVersion);
            Text(model, 2, "MicroLake");
            Part(model, 7, Graph(network, name));
            Part(model, 8, Message(set => Number(set, 2, opset)));
            foreach ((string key, string value) in metadata)
                Part(model, 14, Message(entry =>
                {
                    Text(entry, 1, key);
                    Text(entry, 2, value);
                }));
        });
    }

    private static byte[] Graph(DenseNetwork network, string name) => Message(graph =>
    {
        string input = "features";
        var initializers = new List<byte[]>();
        for (int i = 0; i < network.Layers.Count; i++)
        {
            DenseLayer layer = network.Layers[i];
            bool last = i == network.Layers.Count - 1, plain = layer.Activation == Activation.Identity;
            string output = last ? "output" : $"layer{i}", sums = plain ? output : $"sums{i}";
            Part(graph, 1, Node("Gemm", [input, $"weights{i}", $"biases{i}"], sums));
            if (!plain)
                Part(graph, 1, Node(layer.Activation.ToString(), [sums], output));
            initializers.Add(Tensor($"weights{i}", layer.Weights, layer.Inputs, layer.Outputs));
            initializers.Add(Tensor($"biases{i}", layer.Biases, layer.Outputs));
            input = output;
        }

        Text(graph, 2, name);
        foreach (byte[] initializer in initializers)
            Part(graph, 5, initializer);
        Part(graph, 11, ValueInfo("features", network.Inputs));
        Part(graph, 12, ValueInfo("output", network.Outputs));
    });

    private static byte[] Node(string operatorName, string[] inputs, string output) => Message(node =>
    {
        foreach (string input in inputs)
            Text(node, 1, input);
        Text(node, 2, output);
        Text(node, 3, output);
        Text(node, 4, operatorName);
        if (operatorName == nameof(Activation.Softmax))
            Part(node, 5, Message(attribute =>
            {
                Text(attribute, 1, "axis");
                Number(attribute, 3, 1);
                Number(attribute, 20, IntAttribute);
            }));
    });

    private static byte[] Tensor(string name, double[] values, params ReadOnlySpan<int> dimensions)
    {
        int[] sizes = dimensions.ToArray();
        float[] numbers = [.. values.Select(v => (float)v)];
        return Message(tensor =>
        {
            foreach (int size in sizes)
                Number(tensor, 1, size);
            Number(tensor, 2, Float);
            Text(tensor, 8, name);
            Part(tensor, 9, MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray());
        });
    }

    /// <summary>Rows of <paramref name="width"/> float32 numbers, any number of them.</summary>
    private static byte[] ValueInfo(string name, int width) => Message(info =>
    {
        Text(info, 1, name);
        byte[] shape = Message(s =>
        {
            Part(s, 1, Message(dimension => Text(dimension, 2, "N")));
            Part(s, 1, Message(dimension => Number(dimension, 1, width)));
        });
        Part(info, 2, Message(type => Part(type, 1, Message(tensor =>
        {
            Number(tensor, 1, Float);
            Part(tensor, 2, shape);
        }))));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            write(output);
        return bytes.ToArray();
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

    private static void Part(CodedOutputStream output, int field, byte[] value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
    }
}
