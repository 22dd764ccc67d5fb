using MicroLake.Nn.Kernels;
using MicroLake.Nn.Onnx;
using MicroLake.Nn.Onnx.Wire;
using MicroLake.Nn.Planning;

namespace MicroLake.Nn;

/// <summary>A model read from an ONNX file and checked: every operator is known, every name has one source, weights are whole.</summary>
/// <remarks>Immutable, and safe to use from several threads; each thread that runs it makes an <see cref="InferenceSession"/> of its own.</remarks>
public sealed class OnnxModel
{
    internal OnnxModel(Graph graph, ModelLimits limits, long parameterBytes, int opset, string producer, long irVersion)
    {
        Graph = graph;
        Limits = limits;
        ParameterBytes = parameterBytes;
        Opset = opset;
        ProducerName = producer;
        IrVersion = irVersion;
        Inputs = Array.ConvertAll(graph.Inputs, i => i.Info);
        Outputs = Array.ConvertAll(graph.Outputs, o => o.Info);
        Nodes = Array.ConvertAll(graph.Nodes, n => n.Operator.Name);
    }

    /// <summary>What the caller gives; weights are not among them.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>What the model computes.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>The operator of each node, in the order in which they run.</summary>
    public IReadOnlyList<string> Nodes { get; }

    /// <summary>Bytes of all weights as the file holds them.</summary>
    public long ParameterBytes { get; }

    /// <summary>Version of the ONNX operator set.</summary>
    public int Opset { get; }

    /// <summary>The program that wrote the file, or empty.</summary>
    public string ProducerName { get; }

    /// <summary>Version of the ONNX file format.</summary>
    public long IrVersion { get; }

    /// <summary>What the file says about itself (<c>metadata_props</c>); of a key that stands twice, the last. Nothing here is checked.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private init; } = new Dictionary<string, string>();

    /// <summary>Names of all operators that this library has.</summary>
    public static IReadOnlyList<string> SupportedOperators => Operators.OperatorTable.Names;

    internal Graph Graph { get; }

    internal ModelLimits Limits { get; }

    internal PackedWeights Packed { get; } = new();

    internal KernelChoices Choices { get; } = new();

    /// <summary>Reads a model.</summary>
    /// <param name="file">The file's bytes; not kept.</param>
    /// <param name="limits">What the model may take; <see cref="ModelLimits.Default"/> when null.</param>
    /// <exception cref="ModelFormatException">The file is not a sound ONNX model, or uses what this library lacks; the message says
    /// what, in which node or tensor, and what to do.</exception>
    public static OnnxModel Load(byte[] file, ModelLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        limits ??= ModelLimits.Default;
        ModelProto proto = OnnxLoader.Parse(file, limits);
        int opset = OnnxLoader.ReadOpset(proto);
        Graph graph = OnnxLoader.Build(proto, opset, limits, out long parameterBytes);
        string producer = string.Join(' ', new[] { proto.ProducerName, proto.ProducerVersion }.Where(s => s.Length > 0));
        var model = new OnnxModel(graph, limits, parameterBytes, opset, producer, proto.IrVersion) { Metadata = OnnxLoader.ReadMetadata(proto) };
        model.CheckShapes();
        return model;
    }

    /// <inheritdoc cref="Load(byte[], ModelLimits?)"/>
    public static OnnxModel Load(ReadOnlySpan<byte> file, ModelLimits? limits = null)
    {
        limits ??= ModelLimits.Default;
        if (file.Length > limits.MaxFileBytes)
            throw new ModelLimitException($"The file is {file.Length} bytes long; the limit is {limits.MaxFileBytes}. Raise MaxFileBytes if the model is really that large.");
        return Load(file.ToArray(), limits);
    }

    /// <summary>Infers all shapes for a batch of one row, so that what is wrong shows at load and not at the first run.</summary>
    private void CheckShapes()
    {
        try
        {
            _ = Planning.SessionPlanner.Infer(this, new InferenceOptions(), 1);
        }
        catch (UnresolvedShapeException)
        {
            // Only the caller can tell these shapes; the session checks them.
        }
    }
}
