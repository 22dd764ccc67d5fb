using Google.Protobuf;

namespace MicroLake.Nn.Onnx.Wire;

/// <summary><c>onnx.StringStringEntryProto</c>.</summary>
internal sealed class StringStringEntryProto(ParseBudget budget) : OnnxMessage(budget)
{
    public string Key { get; private set; } = "";

    public string Value { get; private set; } = "";

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        switch (field, wire)
        {
            case (1, WireFormat.WireType.LengthDelimited): Key = input.ReadString(); return true;
            case (2, WireFormat.WireType.LengthDelimited): Value = input.ReadString(); return true;
            default: return false;
        }
    }
}
