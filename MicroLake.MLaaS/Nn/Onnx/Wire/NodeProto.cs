using Google.Protobuf;

namespace MicroLake.Nn.Onnx.Wire;

/// <summary><c>onnx.NodeProto</c>.</summary>
internal sealed class NodeProto(ParseBudget budget) : OnnxMessage(budget)
{
    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public string Name { get; private set; } = "";

    public string OpType { get; private set; } = "";

    public string Domain { get; private set; } = "";

    public List<AttributeProto> Attributes { get; } = [];

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        if (wire != WireFormat.WireType.LengthDelimited)
            return false;
        switch (field)
        {
            case 1: Inputs.Add(input.ReadString()); return true;
            case 2: Outputs.Add(input.ReadString()); return true;
            case 3: Name = input.ReadString(); return true;
            case 4: OpType = input.ReadString(); return true;
            case 5: Attributes.Add(ReadMessage(input, new AttributeProto(Budget))); return true;
            case 7: Domain = input.ReadString(); return true;
            default: return false;
        }
    }
}
