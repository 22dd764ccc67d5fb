using MicroLake.Nn.Kernels;
using MicroLake.Nn.Onnx;
using MicroLake.Nn.Operators;

namespace MicroLake.Nn.Planning;

/// <summary>Goes through a graph once, from known input shapes: infers the type and shape of every value, computes what is constant,
/// and puts conversions around nodes that get 16-bit floats.</summary>
internal sealed class ShapeInference
{
    // Constant nodes that would take longer than this are left to run time, so that no file makes loading slow.
    private const long MaxConstantWork = 10_000_000;

    private readonly Graph _graph;
    private readonly ModelLimits _limits;
    private readonly PlanValue?[] _values;
    private readonly List<PlanStep> _steps = [];
    private long _constantBytes;
    private long _constantWork = MaxConstantWork;

    private ShapeInference(Graph graph, ModelLimits limits)
    {
        _graph = graph;
        _limits = limits;
        _values = new PlanValue?[graph.Values.Length];
    }

    /// <summary>Infers <paramref name="graph"/> for the given inputs.</summary>
    /// <param name="graph">The checked graph.</param>
    /// <param name="limits">Bounds on what values may take.</param>
    /// <param name="inputs">One value per graph input.</param>
    public static InferredGraph Run(Graph graph, ModelLimits limits, PlanValue[] inputs)
    {
        var inference = new ShapeInference(graph, limits);
        return inference.Run(inputs);
    }

    private InferredGraph Run(PlanValue[] inputs)
    {
        for (int i = 0; i < _values.Length; i++)
            if (_graph.Constants[i] is { } constant)
                _values[i] = new(_graph.Values[i], constant.Type, constant.Shape) { Constant = constant };
        for (int i = 0; i < inputs.Length; i++)
        {
            CheckSize(inputs[i], $"input '{inputs[i].Name}'");
            _values[_graph.Inputs[i].Value] = inputs[i];
        }

        foreach (GraphNode node in _graph.Nodes)
            Prepare(node);

        PlanValue[] outputs = Array.ConvertAll(_graph.Outputs, o => _values[o.Value]!);
        for (int i = 0; i < outputs.Length; i++)
            if (outputs[i].Type != _graph.Outputs[i].Info.ElementType)
                throw new ModelFormatException($"it is declared as {_graph.Outputs[i].Info.ElementType.ToString().ToLowerInvariant()}, but the graph computes {outputs[i].Type.ToString().ToLowerInvariant()}. Export the model again.", $"output '{_graph.Outputs[i].Info.Name}'");
        return new()
        {
            Steps = Fusion.Run(_steps, outputs),
            Inputs = [.. inputs.Where(i => i.Constant is null)],
            Outputs = outputs,
            RowWise = Array.TrueForAll(outputs, o => o.PerRow),
        };
    }

    private void Prepare(GraphNode node)
    {
        PlanValue?[] inputs = Array.ConvertAll(node.Inputs, i => i < 0 ? null : _values[i]);
        ElementType half = ElementType.Undefined;
        if (!node.Operator.CarriesHalf)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                if (inputs[i] is not { } input || !input.Type.IsHalfWidthFloat())
                    continue;
                if (half != ElementType.Undefined && half != input.Type)
                    throw new ModelFormatException("its inputs mix float16 and bfloat16. Convert one with Cast.", node.Where);
                half = input.Type;
                inputs[i] = Emit(new CastNode(input, ElementType.Float32), [input], input.Name, node.Where);
            }
        }

        PreparedNode prepared = node.Operator.Prepare(new(node, inputs));
        string name = _graph.Values[node.Outputs[0]];
        PlanValue output = Emit(prepared, inputs, name, node.Where);
        if (half != ElementType.Undefined && output.Type == ElementType.Float32)
            output = Emit(new CastNode(output, half), [output], name, node.Where);
        _values[node.Outputs[0]] = output;
    }

    private PlanValue Emit(PreparedNode node, PlanValue?[] inputs, string name, string where)
    {
        if (node is ConstantNode literal)
            return AddConstant(name, literal.Value, where);
        bool fromRows = Array.Exists(inputs, i => i is { FromRows: true });
        bool perRow = fromRows && Array.TrueForAll(inputs, i => i is null || i.PerRow || !i.FromRows) && node.PreservesRows(inputs);
        var value = new PlanValue(name, node.OutputType, node.OutputShape)
        {
            FromRows = fromRows,
            PerRow = perRow,
            AliasOf = node.IsView ? inputs[0] : null,
        };
        CheckSize(value, where);
        if (node.IsView && inputs[0]!.Constant is { } source)
            return new(name, node.OutputType, node.OutputShape) { Constant = new(node.OutputType, node.OutputShape, source.Buffer) };
        if (Array.TrueForAll(inputs, i => i is null or { Constant: not null }) && node.Work <= _constantWork)
        {
            _constantWork -= node.Work;
            return AddConstant(name, Compute(node, inputs), where);
        }

        if (!node.IsView)
            _steps.Add(new(node, inputs, value));
        return value;
    }

    private PlanValue AddConstant(string name, ConstantTensor constant, string where)
    {
        _constantBytes += constant.Buffer.Length;
        if (_constantBytes > _limits.MaxParameterBytes)
            throw new ModelLimitException($"the graph's constants take more than {_limits.MaxParameterBytes} bytes. Raise MaxParameterBytes if the model is really that large.", where);
        return new(name, constant.Type, constant.Shape) { Constant = constant };
    }

    private void CheckSize(PlanValue value, string where)
    {
        if (value.ByteLength > _limits.MaxArenaBytes)
            throw new ModelLimitException($"'{value.Name}' of shape {value.Shape} takes {value.ByteLength} bytes; the limit for intermediate values is {_limits.MaxArenaBytes}. Use a smaller batch, or raise MaxArenaBytes.", where);
    }

    private static unsafe ConstantTensor Compute(PreparedNode node, PlanValue?[] inputs)
    {
        var buffer = new AlignedBuffer((int)(node.OutputShape.Count * node.OutputType.Size()));
        var slots = new AlignedBuffer((inputs.Length + 2) * sizeof(nint));
        var scratch = new AlignedBuffer(checked((int)node.ScratchBytes));
        byte** table = (byte**)slots.Address;
        var operands = new PlanValue?[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { } input)
                continue;
            operands[i] = new(input.Name, input.Type, input.Shape) { Constant = input.Constant, Slot = i };
            table[i] = input.Constant!.Buffer.Address;
        }

        var output = new PlanValue("", node.OutputType, node.OutputShape) { Slot = inputs.Length };
        table[inputs.Length] = buffer.Address;
        table[inputs.Length + 1] = scratch.Address;
        node.CreateKernel(new(ComputeBackend.Scalar, operands, output, inputs.Length + 1, new PackedWeights())).Run(table);
        GC.KeepAlive(scratch);
        GC.KeepAlive(slots);
        return new(node.OutputType, node.OutputShape, buffer);
    }
}
