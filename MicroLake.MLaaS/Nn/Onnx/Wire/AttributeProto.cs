using Google.Protobuf;

namespace MicroLake.Nn.Onnx.Wire;

/// <summary><c>onnx.AttributeProto</c>. Graphs are skipped, not read: no operator here has a body, and reading none bounds the nesting.</summary>
internal sealed class AttributeProto(ParseBudget budget) : OnnxMessage(budget)
{
    /// <summary><c>AttributeProto.AttributeType</c>.</summary>
    internal enum Kind
    {
        Undefined = 0,
        Float = 1,
        Int = 2,
        String = 3,
        Tensor = 4,
        Graph = 5,
        Floats = 6,
        Ints = 7,
        Strings = 8,
    }

    public string Name { get; private set; } = "";

    public Kind Type { get; private set; }

    public float Float { get; private set; }

    public long Int { get; private set; }

    public string String { get; private set; } = "";

    public TensorProto? Tensor { get; private set; }

    public ByteRun Floats { get; } = new();

    public List<long> Ints { get; } = [];

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        switch (field, wire)
        {
            case (1, WireFormat.WireType.LengthDelimited): Name = input.ReadString(); return true;
            case (2, WireFormat.WireType.Fixed32): Float = input.ReadFloat(); return true;
            case (3, WireFormat.WireType.Varint): Int = input.ReadInt64(); return true;
            case (4, WireFormat.WireType.LengthDelimited): String = input.ReadString(); return true;
            case (5, WireFormat.WireType.LengthDelimited): Tensor = ReadMessage(input, new TensorProto(Budget)); return true;
            case (7, _): return ReadFixed(wire, input, 4, Floats);
            case (8, _): return ReadVarints(wire, input, Ints);
            case (20, WireFormat.WireType.Varint): Type = (Kind)input.ReadInt64(); return true;
            default: return false;
        }
    }
}
