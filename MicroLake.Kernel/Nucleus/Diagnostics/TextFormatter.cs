using System;

namespace MicroLake.Nucleus.Diagnostics;

/// <summary>
/// Writes text and numbers, as UTF-8, into a sink, for logs and panics: no buffer, no allocation, and nothing
/// that depends on the runtime.
/// </summary>
public unsafe struct TextFormatter
{
    private const uint ReplacementCharacter = 0xFFFD;
    private const ulong LargestPowerOfTen = 10_000_000_000_000_000_000;

    private delegate*<void*, byte*, ulong, void> _sink;
    private void* _context;

    /// <summary>Starts writing to a sink.</summary>
    /// <param name="sink">Gets the context, the bytes and how many there are.</param>
    /// <param name="context">Handed to the sink.</param>
    public void Initialize(delegate*<void*, byte*, ulong, void> sink, void* context)
    {
        _sink = sink;
        _context = context;
    }

    /// <summary>Writes bytes as they are.</summary>
    public readonly void Write(ReadOnlySpan<byte> text)
    {
        fixed (byte* bytes = text)
            Write(bytes, (ulong)text.Length);
    }

    /// <summary>Writes bytes as they are.</summary>
    public readonly void Write(byte* bytes, ulong length)
    {
        if (length != 0)
            _sink(_context, bytes, length);
    }

    /// <summary>Writes one byte.</summary>
    public readonly void WriteByte(byte value) => _sink(_context, &value, 1);

    /// <summary>Ends the line.</summary>
    public readonly void WriteLine() => WriteByte((byte)'\n');

    /// <summary>Writes a number in decimal.</summary>
    public readonly void WriteDecimal(ulong value)
    {
        ulong power = LargestPowerOfTen;
        while (power > value && power > 1)
            power /= 10;
        for (; power != 0; power /= 10)
            WriteByte((byte)('0' + value / power % 10));
    }

    /// <summary>Writes a number in decimal, with a sign when it is negative.</summary>
    public readonly void WriteSigned(long value)
    {
        if (value < 0)
            WriteByte((byte)'-');
        WriteDecimal(value < 0 ? 0 - (ulong)value : (ulong)value);
    }

    /// <summary>Writes a number in lower-case hexadecimal, without prefix.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">Least number of digits, 1 to 16, filled with zeros; a larger number takes what it needs.</param>
    public readonly void WriteHex(ulong value, int digits = 1)
    {
        int shift = 60;
        while (shift > 0 && value >> shift == 0 && shift >= digits * 4)
            shift -= 4;
        for (; shift >= 0; shift -= 4)
        {
            uint digit = (uint)(value >> shift) & 0xF;
            WriteByte((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    /// <summary>Writes UTF-16 text, such as a managed string's, as UTF-8; an unpaired surrogate becomes U+FFFD.</summary>
    public readonly void WriteUtf16(char* text, ulong length)
    {
        for (ulong i = 0; i < length; i++)
        {
            uint unit = text[i];
            uint next = i + 1 < length ? text[i + 1] : 0u;
            if (unit - 0xD800 < 0x400 && next - 0xDC00 < 0x400)
            {
                WriteCodePoint(0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
                i++;
            }
            else
                WriteCodePoint(unit - 0xD800 < 0x800 ? ReplacementCharacter : unit);
        }
    }

    private readonly void WriteCodePoint(uint point)
    {
        if (point < 0x80)
        {
            WriteByte((byte)point);
            return;
        }
        if (point < 0x800)
            WriteByte((byte)(0xC0 | point >> 6));
        else
        {
            if (point < 0x10000)
                WriteByte((byte)(0xE0 | point >> 12));
            else
            {
                WriteByte((byte)(0xF0 | point >> 18));
                WriteByte((byte)(0x80 | (point >> 12 & 0x3F)));
            }
            WriteByte((byte)(0x80 | (point >> 6 & 0x3F)));
        }
        WriteByte((byte)(0x80 | (point & 0x3F)));
    }
}
