using Google.Protobuf;

namespace MicroLake.Nn.Onnx.Wire;

/// <summary><c>onnx.ModelProto</c>.</summary>
internal sealed class ModelProto(ParseBudget budget) : OnnxMessage(budget)
{
    public long IrVersion { get; private set; }

    public string ProducerName { get; private set; } = "";

    public string ProducerVersion { get; private set; } = "";

    public GraphProto? Graph { get; private set; }

    public List<OperatorSetIdProto> OpsetImport { get; } = [];

    public List<StringStringEntryProto> MetadataProps { get; } = [];

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        switch (field, wire)
        {
            case (1, WireFormat.WireType.Varint): IrVersion = input.ReadInt64(); return true;
            case (2, WireFormat.WireType.LengthDelimited): ProducerName = input.ReadString(); return true;
            case (3, WireFormat.WireType.LengthDelimited): ProducerVersion = input.ReadString(); return true;
            case (7, WireFormat.WireType.LengthDelimited): Graph = ReadMessage(input, Graph ?? new GraphProto(Budget)); return true;
            case (8, WireFormat.WireType.LengthDelimited): OpsetImport.Add(ReadMessage(input, new OperatorSetIdProto(Budget))); return true;
            case (14, WireFormat.WireType.LengthDelimited): MetadataProps.Add(ReadMessage(input, new StringStringEntryProto(Budget))); return true;
            default: return false;
        }
    }
}
