using System.Buffers.Binary;
using MicroLake.Nn.Onnx.Wire;

namespace MicroLake.Nn.Onnx;

/// <summary>Turns a <c>TensorProto</c> into a tensor, after checking that it holds what its type and dimensions promise.</summary>
internal static class TensorDecoder
{
    /// <summary>Decodes <paramref name="proto"/>; <paramref name="budget"/> is what is left of the parameter bytes.</summary>
    public static ConstantTensor Decode(TensorProto proto, string where, ref long budget)
    {
        if (proto.HasExternalData)
            throw new ModelFormatException("its data lies in another file. Save the model with its weights inside (onnx.save without save_as_external_data).", where);
        if (proto.HasSegment)
            throw new ModelFormatException("it is stored in segments, which no exporter writes any more. Export the model again.", where);
        ElementType type = ReadType(proto.DataType, where);
        Shape shape = ReadShape(proto.Dims, where);
        long bytes = shape.Count > long.MaxValue / 8 ? long.MaxValue : shape.Count * type.Size();
        if (bytes > budget)
            throw new ModelLimitException($"its shape {shape} needs {bytes} bytes, and only {budget} are left of the limit for weights. Raise MaxParameterBytes if the model is really that large.", where);

        CheckLength(proto, type, shape, bytes, where);
        budget -= bytes;
        var buffer = new AlignedBuffer((int)bytes);
        if (proto.RawData is { } raw)
            raw.Span.CopyTo(buffer.Bytes);
        else
            CopyTyped(proto, type, buffer);
        return new(type, shape, buffer);
    }

    /// <summary>The element type that <paramref name="dataType"/> numbers, if tensors here can hold it.</summary>
    public static ElementType ReadType(long dataType, string where)
    {
        var type = (ElementType)(int)Math.Clamp(dataType, int.MinValue, int.MaxValue);
        if (type == ElementType.Undefined)
            throw new ModelFormatException("it has no element type. The file is damaged or incomplete: export it again.", where);
        if (type.Size() == 0)
        {
            string name = Enum.IsDefined(type) ? type.ToString().ToLowerInvariant() : $"number {dataType}";
            throw new ModelFormatException($"its element type ({name}) is not supported. Convert it to one of float32, float64, float16, bfloat16, bool or an integer of 8 to 64 bits.", where);
        }

        return type;
    }

    private static Shape ReadShape(List<long> dims, string where)
    {
        if (dims.Count > Shape.MaxRank)
            throw new ModelFormatException($"it has {dims.Count} dimensions; at most {Shape.MaxRank} are supported.", where);
        int[] dimensions = new int[dims.Count];
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (dims[i] is < 0 or > int.MaxValue)
                throw new ModelFormatException($"dimension {i} is {dims[i]}; a size is between 0 and {int.MaxValue}. The file is damaged: export or copy it again.", where);
            dimensions[i] = (int)dims[i];
        }

        return new(dimensions);
    }

    private static void CheckLength(TensorProto proto, ElementType type, Shape shape, long bytes, string where)
    {
        (long actual, string unit, long expected) = proto.RawData is { } raw
            ? (raw.Length, "bytes", bytes)
            : (TypedLength(proto, type), "elements", shape.Count);
        if (actual != expected)
            throw new ModelFormatException($"it holds {actual} {unit} where {type.ToString().ToLowerInvariant()} {shape} needs {expected}. The file is damaged: export or copy it again.", where);
    }

    private static long TypedLength(TensorProto proto, ElementType type) => type switch
    {
        ElementType.Float32 => proto.FloatData.Length / 4,
        ElementType.Float64 => proto.DoubleData.Length / 8,
        ElementType.Int64 => proto.Int64Data.Count,
        ElementType.UInt32 or ElementType.UInt64 => proto.UInt64Data.Count,
        _ => proto.Int32Data.Count,
    };

    private static void CopyTyped(TensorProto proto, ElementType type, AlignedBuffer buffer)
    {
        Span<byte> target = buffer.Bytes;
        if (type is ElementType.Float32 or ElementType.Float64)
        {
            (type == ElementType.Float32 ? proto.FloatData : proto.DoubleData).Span.CopyTo(target);
            return;
        }

        List<long> values = type switch
        {
            ElementType.Int64 => proto.Int64Data,
            ElementType.UInt32 or ElementType.UInt64 => proto.UInt64Data,
            _ => proto.Int32Data,
        };
        int size = type.Size();
        for (int i = 0; i < values.Count; i++)
        {
            Span<byte> element = target.Slice(i * size, size);
            switch (size)
            {
                case 1: element[0] = type == ElementType.Bool ? (byte)(values[i] != 0 ? 1 : 0) : (byte)values[i]; break;
                case 2: BinaryPrimitives.WriteUInt16LittleEndian(element, (ushort)values[i]); break;
                case 4: BinaryPrimitives.WriteUInt32LittleEndian(element, (uint)values[i]); break;
                default: BinaryPrimitives.WriteUInt64LittleEndian(element, (ulong)values[i]); break;
            }
        }
    }
}
