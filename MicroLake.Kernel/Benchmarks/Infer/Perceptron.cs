using Google.Protobuf;

namespace MicroLake.Benchmarks.Infer;

/// <summary>
/// A network of two dense layers with ReLU between, of fixed pseudo-random weights: as an ONNX file, and as the plain
/// arithmetic that says what it has to compute. Shapes: input [rows, inputs], weights [inputs, hidden] and
/// [hidden, outputs], output [rows, outputs].
/// </summary>
public sealed class Perceptron
{
    private readonly float[] _weights1, _bias1, _weights2, _bias2;

    public Perceptron(int inputs, int hidden, int outputs)
    {
        (Inputs, Hidden, Outputs) = (inputs, hidden, outputs);
        uint state = 1;
        _weights1 = Fill(inputs * hidden, ref state);
        _bias1 = Fill(hidden, ref state);
        _weights2 = Fill(hidden * outputs, ref state);
        _bias2 = Fill(outputs, ref state);
    }

    public int Inputs { get; }

    public int Hidden { get; }

    public int Outputs { get; }

    /// <summary><c>31_256_2</c>, as in names of figures.</summary>
    public string Name => $"{Inputs}_{Hidden}_{Outputs}";

    /// <summary>Multiplications for one row.</summary>
    public int MultiplyAdds => (Inputs * Hidden) + (Hidden * Outputs);

    /// <summary>So many rows of input, the same each time.</summary>
    public float[] Rows(int rows)
    {
        uint state = 2;
        return Fill(rows * Inputs, ref state);
    }

    /// <summary>What the network computes, in double precision: [rows, outputs].</summary>
    public double[] Expected(ReadOnlySpan<float> input)
    {
        int rows = input.Length / Inputs;
        double[] output = new double[rows * Outputs];
        for (int row = 0; row < rows; row++)
            for (int o = 0; o < Outputs; o++)
            {
                double sum = _bias2[o];
                for (int h = 0; h < Hidden; h++)
                {
                    double unit = _bias1[h];
                    for (int i = 0; i < Inputs; i++)
                        unit += (double)input[(row * Inputs) + i] * _weights1[(i * Hidden) + h];
                    sum += Math.Max(unit, 0) * _weights2[(h * Outputs) + o];
                }
                output[(row * Outputs) + o] = sum;
            }
        return output;
    }

    /// <summary>The network as an ONNX file (onnx.proto3: ModelProto, GraphProto, NodeProto, TensorProto), opset 13.</summary>
    public byte[] ToOnnx()
    {
        byte[] graph = Message(m =>
        {
            Nested(m, 1, Node("Gemm", "h", "x", "w1", "b1"));
            Nested(m, 1, Node("Relu", "r", "h"));
            Nested(m, 1, Node("Gemm", "y", "r", "w2", "b2"));
            Text(m, 2, "perceptron");
            Nested(m, 5, Tensor("w1", _weights1, Inputs, Hidden));
            Nested(m, 5, Tensor("b1", _bias1, Hidden));
            Nested(m, 5, Tensor("w2", _weights2, Hidden, Outputs));
            Nested(m, 5, Tensor("b2", _bias2, Outputs));
            Nested(m, 11, Value("x", Inputs));
            Nested(m, 12, Value("y", Outputs));
        });
        return Message(m =>
        {
            Number(m, 1, 8);
            Nested(m, 7, graph);
            Nested(m, 8, Message(opset => Number(opset, 2, 13)));
        });
    }

    private static byte[] Node(string operation, string output, params string[] inputs) => Message(m =>
    {
        foreach (string input in inputs)
            Text(m, 1, input);
        Text(m, 2, output);
        Text(m, 4, operation);
    });

    private static byte[] Tensor(string name, float[] values, params int[] dimensions) => Message(m =>
    {
        const int Float32 = 1;
        foreach (int dimension in dimensions)
            Number(m, 1, dimension);
        Number(m, 2, Float32);
        Text(m, 8, name);
        byte[] raw = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, raw, 0, raw.Length);
        Nested(m, 9, raw);
    });

    /// <summary>A float32 value of shape [rows, width], rows left open.</summary>
    private static byte[] Value(string name, int width)
    {
        byte[] shape = Message(m =>
        {
            Nested(m, 1, Message(rows => Text(rows, 2, "rows")));
            Nested(m, 1, Message(columns => Number(columns, 1, width)));
        });
        byte[] tensor = Message(m =>
        {
            Number(m, 1, 1);
            Nested(m, 2, shape);
        });
        return Message(m =>
        {
            Text(m, 1, name);
            Nested(m, 2, Message(type => Nested(type, 1, tensor)));
        });
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var message = new CodedOutputStream(bytes, leaveOpen: true))
            write(message);
        return bytes.ToArray();
    }

    private static void Number(CodedOutputStream message, int field, long value)
    {
        message.WriteTag(field, WireFormat.WireType.Varint);
        message.WriteInt64(value);
    }

    private static void Text(CodedOutputStream message, int field, string value)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteString(value);
    }

    private static void Nested(CodedOutputStream message, int field, byte[] value)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(ByteString.CopyFrom(value));
    }

    private static float[] Fill(int count, ref uint state)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            // Numerical Recipes' linear congruential generator; the high bits are the good ones.
            state = unchecked((state * 1664525) + 1013904223);
            values[i] = ((state >> 8) / 16777216f - 0.5f) * 0.2f;
        }
        return values;
    }
}
