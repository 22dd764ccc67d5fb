using System.Buffers.Binary;
using System.Text;

namespace MicroLake.Sdk;

/// <summary>Writes fields one after the other, little-endian and without gaps. What does not fit is remembered, not thrown.</summary>
/// <param name="space">Where to.</param>
public ref struct MessageWriter(Span<byte> space)
{
    private readonly Span<byte> _space = space;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Whether everything found room.</summary>
    public bool Fits { get; private set; } = true;

    public void Write(bool value) => Write((byte)(value ? 1 : 0));

    public void Write(byte value)
    {
        if (TryTake(1, out Span<byte> place))
            place[0] = value;
    }

    public void Write(sbyte value) => Write((byte)value);

    public void Write(char value) => Write((ushort)value);

    public void Write(short value) => Write((ushort)value);

    public void Write(ushort value)
    {
        if (TryTake(2, out Span<byte> place))
            BinaryPrimitives.WriteUInt16LittleEndian(place, value);
    }

    public void Write(int value) => Write((uint)value);

    public void Write(uint value)
    {
        if (TryTake(4, out Span<byte> place))
            BinaryPrimitives.WriteUInt32LittleEndian(place, value);
    }

    public void Write(long value) => Write((ulong)value);

    public void Write(ulong value)
    {
        if (TryTake(8, out Span<byte> place))
            BinaryPrimitives.WriteUInt64LittleEndian(place, value);
    }

    public void Write(float value) => Write(BitConverter.SingleToUInt32Bits(value));

    public void Write(double value) => Write(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A length of 4 bytes, and the bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value, int most)
    {
        if (value.Length > most)
        {
            Fits = false;
            return;
        }

        Write(value.Length);
        if (TryTake(value.Length, out Span<byte> place))
            value.CopyTo(place);
    }

    /// <summary>A length of 4 bytes, and the text as UTF-8. A text with half a surrogate pair does not fit.</summary>
    public void WriteString(string value, int most)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        if (length > most)
        {
            Fits = false;
            return;
        }

        Write(length);
        if (TryTake(length, out Span<byte> place)
            && System.Text.Unicode.Utf8.FromUtf16(value, place, out _, out _, replaceInvalidSequences: false) != System.Buffers.OperationStatus.Done)
            Fits = false;
    }

    private bool TryTake(int bytes, out Span<byte> place)
    {
        if (!Fits || _space.Length - Length < bytes)
        {
            Fits = false;
            place = default;
            return false;
        }

        place = _space.Slice(Length, bytes);
        Length += bytes;
        return true;
    }
}
