using System.Runtime.InteropServices;
using Google.Protobuf;
using MicroLake.Nn;
using MicroLake.Nn.Onnx;
using MicroLake.Nn.Onnx.Wire;
using Xunit;

namespace MicroLake.HostTests.Nn;

/// <summary>The ONNX project's own cases, as Debian's package libonnx-testdata installs them.</summary>
internal static class OnnxTestData
{
    private const string Root = "/usr/share/libonnx-testdata/data";

    /// <summary>Folders of the cases in one group (node, pytorch-converted, pytorch-operator, simple).</summary>
    public static IEnumerable<string> Cases(string group)
    {
        string folder = Path.Combine(Root, group);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal) : [];
    }

    public static string Folder(string name) => Path.Combine(Root, name);

    public static void RequireInstalled() =>
        Assert.True(Directory.Exists(Root), $"{Root} is missing: install the Debian package libonnx-testdata (apt-get install libonnx-testdata).");

    /// <summary>Operator set and operators of a case's model, read without checking that they are supported.</summary>
    public static (long Opset, IReadOnlyList<(string Domain, string Name)> Operators) Describe(string folder)
    {
        ModelProto model = OnnxLoader.Parse(File.ReadAllBytes(Path.Combine(folder, "model.onnx")), ModelLimits.Default);
        long opset = model.OpsetImport.Where(o => o.Domain.Length == 0).Select(o => o.Version).DefaultIfEmpty().Max();
        return (opset, [.. model.Graph!.Nodes.Select(n => (n.Domain, n.OpType))]);
    }

    /// <summary>Runs every data set of a case and compares as the ONNX project's runner does: relative 1e-3, absolute 1e-7.</summary>
    public static void Run(string folder, ComputeBackend backend)
    {
        OnnxModel model = OnnxModel.Load(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        foreach (string set in Directory.EnumerateDirectories(folder, "test_data_set_*"))
        {
            Tensor[] inputs = [.. model.Inputs.Select((info, i) => ReadTensor(Path.Combine(set, $"input_{i}.pb"), info.ElementType))];
            // Shapes must be known when memory is planned.
            var shapes = model.Inputs.Zip(inputs).Where(p => p.First.Name == "shape").ToDictionary(p => p.First.Name, p => p.Second);
            // Named dimensions other than the batch have the size that the case's tensors have.
            var dimensions = model.Inputs.Zip(inputs)
                .SelectMany(p => p.First.Dimensions.Select((d, axis) => (Dimension: d, Axis: axis, Tensor: p.Second)))
                .Where(p => p.Dimension.IsOpen).GroupBy(p => p.Dimension.Name).ToDictionary(g => g.Key, g => g.First().Tensor.Shape[g.First().Axis]);
            InferenceSession session = InferenceSession.Create(model, null, new() { Backend = backend, Constants = shapes, Dimensions = dimensions });
            Tensor[] outputs = [.. session.Outputs.Select(o => Allocate(o.ElementType, o.Shape))];
            Tensor[] given = [.. model.Inputs.Zip(inputs).Where(p => !shapes.ContainsKey(p.First.Name)).Select(p => p.Second)];
            // Expanded CastLike cases declare a shape for the input that no node reads, and give it another.
            session.Run([.. given.Zip(session.Inputs).Select(p => p.Second.Name == "like" ? Allocate(p.Second.ElementType, p.Second.Shape) : p.First)], outputs);
            for (int i = 0; i < outputs.Length; i++)
                AssertClose(ReadTensor(Path.Combine(set, $"output_{i}.pb"), outputs[i].ElementType), outputs[i]);
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.ElementType, actual.ElementType);
        Assert.Equal(expected.Shape, actual.Shape);
        double[] wanted = ToDoubles(expected), got = ToDoubles(actual);
        // The cases' bfloat16 values were cut off, where Cast now rounds to nearest: one unit in the last place of 8 bits.
        double relative = expected.ElementType == ElementType.BFloat16 ? 1.0 / 128 : 1e-3;
        for (int i = 0; i < wanted.Length; i++)
            if (!(wanted[i] == got[i] || (double.IsNaN(wanted[i]) && double.IsNaN(got[i])) || Math.Abs(wanted[i] - got[i]) <= 1e-7 + relative * Math.Abs(wanted[i])))
                Assert.Fail($"element {i} is {got[i]:R}, where {wanted[i]:R} is expected");
    }

    private static Tensor ReadTensor(string file, ElementType declared)
    {
        var proto = new TensorProto(new ParseBudget(ModelLimits.Default));
        proto.MergeFrom(new CodedInputStream(File.ReadAllBytes(file)));
        long budget = long.MaxValue;
        ConstantTensor value = TensorDecoder.Decode(proto, file, ref budget);
        // NumPy has no bfloat16: the cases hold its bits as uint16.
        bool asBits = value.Type == ElementType.UInt16 && declared == ElementType.BFloat16;
        Tensor tensor = Allocate(asBits ? declared : value.Type, value.Shape);
        value.Buffer.Bytes.CopyTo(Writable(tensor));
        return tensor;
    }

    private static Span<byte> Writable(Tensor tensor) => tensor switch
    {
        Tensor<float> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<double> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<Half> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<BFloat16> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<sbyte> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<short> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<int> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<long> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<byte> t => t.Span,
        Tensor<ushort> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<uint> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<ulong> t => MemoryMarshal.AsBytes(t.Span),
        Tensor<bool> t => MemoryMarshal.AsBytes(t.Span),
        _ => throw new NotSupportedException(tensor.ElementType.ToString()),
    };

    private static Tensor Allocate(ElementType type, Shape shape) => type switch
    {
        ElementType.Float32 => new Tensor<float>(new float[shape.Count], shape),
        ElementType.Float64 => new Tensor<double>(new double[shape.Count], shape),
        ElementType.Float16 => new Tensor<Half>(new Half[shape.Count], shape),
        ElementType.BFloat16 => new Tensor<BFloat16>(new BFloat16[shape.Count], shape),
        ElementType.Int8 => new Tensor<sbyte>(new sbyte[shape.Count], shape),
        ElementType.Int16 => new Tensor<short>(new short[shape.Count], shape),
        ElementType.Int32 => new Tensor<int>(new int[shape.Count], shape),
        ElementType.Int64 => new Tensor<long>(new long[shape.Count], shape),
        ElementType.UInt8 => new Tensor<byte>(new byte[shape.Count], shape),
        ElementType.UInt16 => new Tensor<ushort>(new ushort[shape.Count], shape),
        ElementType.UInt32 => new Tensor<uint>(new uint[shape.Count], shape),
        ElementType.UInt64 => new Tensor<ulong>(new ulong[shape.Count], shape),
        ElementType.Bool => new Tensor<bool>(new bool[shape.Count], shape),
        _ => throw new NotSupportedException(type.ToString()),
    };

    private static double[] ToDoubles(Tensor tensor) => tensor switch
    {
        Tensor<float> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<double> t => t.Span.ToArray(),
        Tensor<Half> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<BFloat16> t => [.. t.Span.ToArray().Select(v => (double)(float)v)],
        Tensor<sbyte> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<short> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<int> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<long> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<byte> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<ushort> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<uint> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<ulong> t => [.. t.Span.ToArray().Select(v => (double)v)],
        Tensor<bool> t => [.. t.Span.ToArray().Select(v => v ? 1.0 : 0)],
        _ => throw new NotSupportedException(tensor.ElementType.ToString()),
    };
}
