using Google.Protobuf;

namespace MicroLake.Nn.Onnx.Wire;

/// <summary><c>onnx.GraphProto</c>.</summary>
internal sealed class GraphProto(ParseBudget budget) : OnnxMessage(budget)
{
    public List<NodeProto> Nodes { get; } = [];

    public string Name { get; private set; } = "";

    public List<TensorProto> Initializers { get; } = [];

    public List<ValueInfoProto> Inputs { get; } = [];

    public List<ValueInfoProto> Outputs { get; } = [];

    public bool HasSparseInitializers { get; private set; }

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        if (wire != WireFormat.WireType.LengthDelimited)
            return false;
        switch (field)
        {
            case 1: Nodes.Add(ReadMessage(input, new NodeProto(Budget))); return true;
            case 2: Name = input.ReadString(); return true;
            case 5: Initializers.Add(ReadMessage(input, new TensorProto(Budget))); return true;
            case 11: Inputs.Add(ReadMessage(input, new ValueInfoProto(Budget))); return true;
            case 12: Outputs.Add(ReadMessage(input, new ValueInfoProto(Budget))); return true;
            case 15: HasSparseInitializers = true; return false;
            default: return false;
        }
    }
}
