using Google.Protobuf;

namespace MicroLake.Nn.Onnx.Wire;

/// <summary><c>onnx.OperatorSetIdProto</c>.</summary>
internal sealed class OperatorSetIdProto(ParseBudget budget) : OnnxMessage(budget)
{
    public string Domain { get; private set; } = "";

    public long Version { get; private set; }

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        switch (field, wire)
        {
            case (1, WireFormat.WireType.LengthDelimited): Domain = input.ReadString(); return true;
            case (2, WireFormat.WireType.Varint): Version = input.ReadInt64(); return true;
            default: return false;
        }
    }
}
