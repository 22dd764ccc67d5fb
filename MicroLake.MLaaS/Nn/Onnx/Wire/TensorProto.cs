using Google.Protobuf;

namespace MicroLake.Nn.Onnx.Wire;

/// <summary><c>onnx.TensorProto</c>: elements either in <c>raw_data</c> or in the typed field that belongs to the type.</summary>
internal sealed class TensorProto(ParseBudget budget) : OnnxMessage(budget)
{
    public List<long> Dims { get; } = [];

    public long DataType { get; private set; }

    public ByteRun FloatData { get; } = new();

    public List<long> Int32Data { get; } = [];

    public bool HasStringData { get; private set; }

    public List<long> Int64Data { get; } = [];

    public string Name { get; private set; } = "";

    public ByteString? RawData { get; private set; }

    public ByteRun DoubleData { get; } = new();

    public List<long> UInt64Data { get; } = [];

    public bool HasExternalData { get; private set; }

    public bool HasSegment { get; private set; }

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        switch (field, wire)
        {
            case (1, _): return ReadVarints(wire, input, Dims);
            case (2, WireFormat.WireType.Varint): DataType = input.ReadInt64(); return true;
            case (3, WireFormat.WireType.LengthDelimited): HasSegment = true; return false;
            case (4, _): return ReadFixed(wire, input, 4, FloatData);
            case (5, _): return ReadVarints(wire, input, Int32Data);
            case (6, WireFormat.WireType.LengthDelimited): HasStringData = true; return false;
            case (7, _): return ReadVarints(wire, input, Int64Data);
            case (8, WireFormat.WireType.LengthDelimited): Name = input.ReadString(); return true;
            case (9, WireFormat.WireType.LengthDelimited): RawData = input.ReadBytes(); return true;
            case (10, _): return ReadFixed(wire, input, 8, DoubleData);
            case (11, _): return ReadVarints(wire, input, UInt64Data);
            case (13, WireFormat.WireType.LengthDelimited): HasExternalData = true; return false;
            case (14, WireFormat.WireType.Varint): HasExternalData |= input.ReadInt64() == 1; return true;
            default: return false;
        }
    }
}
