using Google.Protobuf;

namespace MicroLake.Nn.Onnx.Wire;

/// <summary><c>onnx.ValueInfoProto</c>.</summary>
internal sealed class ValueInfoProto(ParseBudget budget) : OnnxMessage(budget)
{
    public string Name { get; private set; } = "";

    public TypeProto? Type { get; private set; }

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        switch (field, wire)
        {
            case (1, WireFormat.WireType.LengthDelimited): Name = input.ReadString(); return true;
            case (2, WireFormat.WireType.LengthDelimited): Type = ReadMessage(input, Type ?? new TypeProto(Budget)); return true;
            default: return false;
        }
    }
}

/// <summary><c>onnx.TypeProto</c>: a tensor type, or something else that is only noted.</summary>
internal sealed class TypeProto(ParseBudget budget) : OnnxMessage(budget)
{
    public TensorTypeProto? Tensor { get; private set; }

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        if (field != 1 || wire != WireFormat.WireType.LengthDelimited)
            return false;
        Tensor = ReadMessage(input, Tensor ?? new TensorTypeProto(Budget));
        return true;
    }
}

/// <summary><c>onnx.TypeProto.Tensor</c>.</summary>
internal sealed class TensorTypeProto(ParseBudget budget) : OnnxMessage(budget)
{
    public long ElementType { get; private set; }

    public ShapeProto? Shape { get; private set; }

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        switch (field, wire)
        {
            case (1, WireFormat.WireType.Varint): ElementType = input.ReadInt64(); return true;
            case (2, WireFormat.WireType.LengthDelimited): Shape = ReadMessage(input, Shape ?? new ShapeProto(Budget)); return true;
            default: return false;
        }
    }
}

/// <summary><c>onnx.TensorShapeProto</c>.</summary>
internal sealed class ShapeProto(ParseBudget budget) : OnnxMessage(budget)
{
    public List<DimensionProto> Dims { get; } = [];

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        if (field != 1 || wire != WireFormat.WireType.LengthDelimited)
            return false;
        Dims.Add(ReadMessage(input, new DimensionProto(Budget)));
        return true;
    }
}

/// <summary><c>onnx.TensorShapeProto.Dimension</c>.</summary>
internal sealed class DimensionProto(ParseBudget budget) : OnnxMessage(budget)
{
    public long? Value { get; private set; }

    public string Param { get; private set; } = "";

    protected override bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input)
    {
        switch (field, wire)
        {
            case (1, WireFormat.WireType.Varint): Value = input.ReadInt64(); return true;
            case (2, WireFormat.WireType.LengthDelimited): Param = input.ReadString(); return true;
            default: return false;
        }
    }
}
