using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MicroLake.Nn.Onnx.Wire;

/// <summary>A message of the ONNX schema (onnx.proto3), declared by hand with the fields that matter here: the reader needs no
/// reflection and skips what it does not know.</summary>
internal abstract class OnnxMessage(ParseBudget budget) : IMessage
{
    MessageDescriptor IMessage.Descriptor => throw new NotSupportedException("Hand-declared messages have no descriptor.");

    protected ParseBudget Budget { get; } = budget;

    public void MergeFrom(CodedInputStream input)
    {
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            if (!TryReadField(WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag), input))
                input.SkipLastField();
        }
    }

    public void WriteTo(CodedOutputStream output) => throw new NotSupportedException("Models are read only.");

    public int CalculateSize() => throw new NotSupportedException("Models are read only.");

    /// <summary>Reads the value of a known field; returns false, having read nothing, for any other.</summary>
    protected abstract bool TryReadField(int field, WireFormat.WireType wire, CodedInputStream input);

    protected T ReadMessage<T>(CodedInputStream input, T message) where T : OnnxMessage
    {
        Budget.TakeMessage();
        input.ReadMessage(message);
        return message;
    }

    /// <summary>Reads one entry of a repeated varint field, or a packed run of them.</summary>
    protected static bool ReadVarints(WireFormat.WireType wire, CodedInputStream input, List<long> target)
    {
        if (wire == WireFormat.WireType.Varint)
        {
            target.Add(input.ReadInt64());
            return true;
        }

        if (wire != WireFormat.WireType.LengthDelimited)
            return false;
        CodedInputStream packed = input.ReadBytes().CreateCodedInput();
        while (!packed.IsAtEnd)
            target.Add(packed.ReadInt64());
        return true;
    }

    /// <summary>Reads one entry of a repeated fixed-width field, or a packed run of them, as little-endian bytes.</summary>
    protected static bool ReadFixed(WireFormat.WireType wire, CodedInputStream input, int width, ByteRun target)
    {
        if (wire == WireFormat.WireType.LengthDelimited)
        {
            ByteString packed = input.ReadBytes();
            if (packed.Length % width != 0)
                throw new ModelFormatException($"A packed field of {width}-byte numbers is {packed.Length} bytes long. The file is damaged: export or copy it again.");
            target.Append(packed.Span);
            return true;
        }

        if (wire == WireFormat.WireType.Fixed32 && width == 4)
        {
            target.AppendUInt32(input.ReadFixed32());
            return true;
        }

        if (wire == WireFormat.WireType.Fixed64 && width == 8)
        {
            target.AppendUInt64(input.ReadFixed64());
            return true;
        }

        return false;
    }
}
