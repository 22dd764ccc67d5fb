using System.Text;

namespace MicroLake.Files;

/// <summary>One 512-byte header block: POSIX.1-1988 ustar, with the GNU forms of large numbers.</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int BlockSize = 512;

    private readonly ReadOnlySpan<byte> _block = block;

    public ReadOnlySpan<byte> Name => Text(0, 100);

    public ReadOnlySpan<byte> LinkName => Text(157, 100);

    /// <summary>The part of the path before <see cref="Name"/>; GNU headers use these bytes for other things.</summary>
    public ReadOnlySpan<byte> Prefix => IsPosix ? Text(345, 155) : default;

    public char Type => _block[156] == 0 ? '0' : (char)_block[156];

    public bool IsEmpty => _block.IndexOfAnyExcept((byte)0) < 0;

    private bool IsPosix => _block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    public bool TryMode(out long value) => TryNumber(100, 8, out value);

    public bool TrySize(out long value) => TryNumber(124, 12, out value);

    public bool TryModification(out long value) => TryNumber(136, 12, out value);

    /// <summary>Compares the stored sum with the sum of all header bytes, the checksum field counted as blanks.</summary>
    public bool HasValidChecksum()
    {
        if (!TryNumber(148, 8, out long stored))
            return false;
        long unsigned = 0, signed = 0;
        for (int i = 0; i < BlockSize; i++)
        {
            byte value = i is >= 148 and < 156 ? (byte)' ' : _block[i];
            unsigned += value;
            signed += (sbyte)value;
        }
        // Old writers summed signed characters.
        return stored == unsigned || stored == signed;
    }

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        ReadOnlySpan<byte> field = _block.Slice(offset, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private bool TryNumber(int offset, int length, out long value)
    {
        ReadOnlySpan<byte> field = _block.Slice(offset, length);
        value = 0;
        if ((field[0] & 0x80) != 0)
            return TryBinary(field, out value);
        foreach (char digit in Encoding.Latin1.GetString(field).Trim('\0', ' '))
        {
            if (digit is < '0' or > '7')
                return false;
            value = (value << 3) + (digit - '0');
        }
        return true;
    }

    /// <summary>GNU base-256: big-endian two's complement, first bit set as the mark.</summary>
    private static bool TryBinary(ReadOnlySpan<byte> field, out long value)
    {
        value = (field[0] & 0x40) != 0 ? -1 : 0;
        value = (value << 6) | (uint)(field[0] & 0x3F);
        foreach (byte next in field[1..])
        {
            if (value is > long.MaxValue >> 8 or < long.MinValue >> 8)
                return false;
            value = (value << 8) | next;
        }
        return true;
    }
}
