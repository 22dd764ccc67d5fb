using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace MicroLake.Sdk;

/// <summary>Reads what <see cref="MessageWriter"/> wrote, and believes nothing: the first field that is wrong makes all that follow empty.</summary>
/// <param name="bytes">Memory that nobody else writes to.</param>
public ref struct MessageReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Whether every field so far was there and within its bounds.</summary>
    public bool IsValid { get; private set; } = true;

    /// <summary>Whether nothing is left over.</summary>
    public readonly bool IsAtEnd => _at == _bytes.Length;

    public bool ReadBoolean()
    {
        byte value = ReadByte();
        if (value > 1)
            Refuse();
        return value == 1;
    }

    public byte ReadByte() => TryTake(1, out ReadOnlySpan<byte> field) ? field[0] : default;

    public sbyte ReadSByte() => (sbyte)ReadByte();

    public char ReadChar() => (char)ReadUInt16();

    public short ReadInt16() => (short)ReadUInt16();

    public ushort ReadUInt16() => TryTake(2, out ReadOnlySpan<byte> field) ? BinaryPrimitives.ReadUInt16LittleEndian(field) : default;

    public int ReadInt32() => (int)ReadUInt32();

    public uint ReadUInt32() => TryTake(4, out ReadOnlySpan<byte> field) ? BinaryPrimitives.ReadUInt32LittleEndian(field) : default;

    public long ReadInt64() => (long)ReadUInt64();

    public ulong ReadUInt64() => TryTake(8, out ReadOnlySpan<byte> field) ? BinaryPrimitives.ReadUInt64LittleEndian(field) : default;

    public float ReadSingle() => BitConverter.UInt32BitsToSingle(ReadUInt32());

    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadUInt64());

    /// <summary>At most so many bytes, where they lie.</summary>
    public ReadOnlySpan<byte> ReadBytes(int most)
    {
        uint length = ReadUInt32();
        if (length > (uint)most)
        {
            Refuse();
            return [];
        }

        return TryTake((int)length, out ReadOnlySpan<byte> field) ? field : [];
    }

    /// <summary>A text of at most so many bytes of well-formed UTF-8.</summary>
    public string ReadString(int most)
    {
        ReadOnlySpan<byte> field = ReadBytes(most);
        if (Utf8.IsValid(field))
            return Encoding.UTF8.GetString(field);
        Refuse();
        return "";
    }

    /// <summary>The field that was read last has a value that it may not have.</summary>
    public void Refuse() => IsValid = false;

    private bool TryTake(int bytes, out ReadOnlySpan<byte> field)
    {
        if (!IsValid || _bytes.Length - _at < bytes)
        {
            IsValid = false;
            field = default;
            return false;
        }

        field = _bytes.Slice(_at, bytes);
        _at += bytes;
        return true;
    }
}
