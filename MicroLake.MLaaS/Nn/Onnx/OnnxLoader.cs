using Google.Protobuf;
using MicroLake.Nn.Onnx.Wire;
using MicroLake.Nn.Operators;

namespace MicroLake.Nn.Onnx;

/// <summary>Reads an ONNX file into a checked <see cref="Graph"/>. (ONNX IR specification, "Model", "Graphs" and "Names Within a Graph".)</summary>
internal static class OnnxLoader
{
    public const int MinOpset = 7;
    public const int MaxOpset = 21;

    private const int MaxNesting = 16;

    public static ModelProto Parse(byte[] file, ModelLimits limits)
    {
        if (file.Length > limits.MaxFileBytes)
            throw new ModelLimitException($"The file is {file.Length} bytes long; the limit is {limits.MaxFileBytes}. Raise MaxFileBytes if the model is really that large.");
        var model = new ModelProto(new ParseBudget(limits));
        using var memory = new MemoryStream(file, writable: false);
        CodedInputStream input = CodedInputStream.CreateWithLimits(memory, int.MaxValue, MaxNesting);
        try
        {
            model.MergeFrom(input);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelFormatException($"The file is not an ONNX model, or is damaged near byte {input.Position} of {file.Length} ({e.Message}). Copy or export it again.", null, e);
        }

        return model;
    }

    public static int ReadOpset(ModelProto model)
    {
        long? version = null;
        foreach (OperatorSetIdProto import in model.OpsetImport)
            if (IsDefaultDomain(import.Domain))
                version = Math.Max(version ?? 0, import.Version);
        if (version is null)
            throw new ModelFormatException("The file names no ONNX operator set: it is not an ONNX model, or not a whole one. Export it again.");
        if (version is < MinOpset or > MaxOpset)
            throw new ModelFormatException($"The model uses operator set {version}; {MinOpset} to {MaxOpset} are supported. Convert it with onnx.version_converter, or export it again with another opset_version.");
        return (int)version;
    }

    public static Dictionary<string, string> ReadMetadata(ModelProto model)
    {
        var metadata = new Dictionary<string, string>(model.MetadataProps.Count);
        foreach (StringStringEntryProto entry in model.MetadataProps)
            metadata[entry.Key] = entry.Value;
        return metadata;
    }

    public static Graph Build(ModelProto model, int opset, ModelLimits limits, out long parameterBytes)
    {
        GraphProto graph = model.Graph ?? throw new ModelFormatException("The file holds no graph: it is not an ONNX model, or not a whole one. Export it again.");
        if (graph.HasSparseInitializers)
            throw new ModelFormatException("The model holds sparse weights, which are not supported. Export it with dense weights.");
        if (graph.Nodes.Count > limits.MaxNodes)
            throw new ModelLimitException($"The graph has {graph.Nodes.Count} nodes; the limit is {limits.MaxNodes}. Raise MaxNodes if the model is really that large.");

        var names = new ValueNames(limits);
        var constants = new List<ConstantTensor?>();
        long budget = limits.MaxParameterBytes;
        foreach (TensorProto initializer in graph.Initializers)
        {
            string where = $"weight '{initializer.Name}'";
            names.Define(initializer.Name, where);
            constants.Add(TensorDecoder.Decode(initializer, where, ref budget));
        }

        var inputs = new List<(TensorInfo, int)>();
        foreach (ValueInfoProto input in graph.Inputs)
        {
            string where = $"input '{input.Name}'";
            // Before IR version 4 every weight was listed as an input too, holding its default.
            if (names.TryFind(input.Name, out int existing) && existing < graph.Initializers.Count)
                continue;
            inputs.Add((ReadInfo(input, where), names.Define(input.Name, where)));
        }

        GraphNode[] nodes = ReadNodes(graph, opset, names);
        var outputs = new List<(TensorInfo, int)>();
        foreach (ValueInfoProto output in graph.Outputs)
        {
            string where = $"output '{output.Name}'";
            if (!names.TryFind(output.Name, out int value))
                throw new ModelFormatException("no node computes it. The file is damaged or incomplete: export it again.", where);
            outputs.Add((ReadInfo(output, where), value));
        }

        if (outputs.Count == 0)
            throw new ModelFormatException("The graph has no output, so there is nothing to compute. Export the model again.");
        parameterBytes = limits.MaxParameterBytes - budget;
        while (constants.Count < names.Count)
            constants.Add(null);
        return new()
        {
            Nodes = nodes,
            Values = names.ToArray(),
            Constants = [.. constants],
            Inputs = [.. inputs],
            Outputs = [.. outputs],
        };
    }

    private static GraphNode[] ReadNodes(GraphProto graph, int opset, ValueNames names)
    {
        var outputs = new int[graph.Nodes.Count][];
        var wheres = new string[graph.Nodes.Count];
        for (int i = 0; i < outputs.Length; i++)
        {
            NodeProto proto = graph.Nodes[i];
            wheres[i] = Describe(proto, i);
            string where = wheres[i];
            outputs[i] = [.. proto.Outputs.ConvertAll(name => name.Length == 0 ? -1 : names.Define(name, where))];
        }

        var nodes = new GraphNode[outputs.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            NodeProto proto = graph.Nodes[i];
            string where = wheres[i];
            Operator op = OperatorTable.Find(IsDefaultDomain(proto.Domain) ? "" : proto.Domain, proto.OpType, where);
            var node = new GraphNode
            {
                Where = where,
                Operator = op,
                Opset = opset,
                Inputs = [.. proto.Inputs.ConvertAll(name => name.Length == 0 ? -1 : names.Find(name, where))],
                Outputs = outputs[i],
                Attributes = new(proto.Attributes, where),
            };
            op.CheckForm(node);
            nodes[i] = node;
        }

        return TopologicalOrder.Sort(nodes, names);
    }

    private static string Describe(NodeProto node, int index)
    {
        string op = IsDefaultDomain(node.Domain) ? node.OpType : $"{node.Domain}.{node.OpType}";
        return node.Name.Length > 0 ? $"node '{node.Name}' ({op}, number {index})" : $"node number {index} ({op})";
    }

    private static TensorInfo ReadInfo(ValueInfoProto info, string where)
    {
        if (info.Type?.Tensor is not { } tensor)
            throw new ModelFormatException("it is not a tensor (sequences, maps and optional values are not supported). Export the model with tensors only.", where);
        ElementType type = TensorDecoder.ReadType(tensor.ElementType, where);
        if (tensor.Shape is not { } shape)
            return new(info.Name, type, []) { HasShape = false };
        if (shape.Dims.Count > Shape.MaxRank)
            throw new ModelFormatException($"it has {shape.Dims.Count} dimensions; at most {Shape.MaxRank} are supported.", where);
        var dimensions = new Dimension[shape.Dims.Count];
        for (int i = 0; i < dimensions.Length; i++)
        {
            DimensionProto d = shape.Dims[i];
            // Some exporters write 0 or -1 where they mean "any".
            if (d.Value is > int.MaxValue)
                throw new ModelFormatException($"dimension {i} is {d.Value}; a size is at most {int.MaxValue}. The file is damaged: export or copy it again.", where);
            dimensions[i] = d.Value is > 0 and { } value ? new((int)value, "") : new(-1, d.Param);
        }

        return new(info.Name, type, dimensions);
    }

    private static bool IsDefaultDomain(string domain) => domain is "" or "ai.onnx";
}
