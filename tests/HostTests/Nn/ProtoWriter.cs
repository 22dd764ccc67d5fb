using System.Buffers.Binary;
using System.Text;

namespace MicroLake.HostTests.Nn;

/// <summary>Writes protocol buffer fields by hand, so that tests can also write what no library would.</summary>
internal sealed class ProtoWriter
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public ProtoWriter Varint(int field, long value)
    {
        Raw((ulong)field << 3);
        Raw((ulong)value);
        return this;
    }

    public ProtoWriter Fixed32(int field, float value)
    {
        Raw(((ulong)field << 3) | 5);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtoWriter String(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, ProtoWriter value) => Bytes(field, value.ToArray());

    /// <summary>The fields of another message.</summary>
    public ProtoWriter Append(ProtoWriter fields)
    {
        _bytes.Write(fields.ToArray());
        return this;
    }

    public ProtoWriter PackedVarints(int field, params ReadOnlySpan<long> values)
    {
        var packed = new ProtoWriter();
        foreach (long value in values)
            packed.Raw((ulong)value);
        return Bytes(field, packed.ToArray());
    }

    /// <summary>A varint without a tag.</summary>
    public void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
