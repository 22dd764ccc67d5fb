using System;
using System.Runtime.InteropServices;

namespace MicroLake.Nucleus.Boot;

/// <summary>
/// Reads the kernel command line: words separated by white space, each a flag or <c>key=value</c>. A value in
/// double quotes may hold white space. Where a key occurs twice the later one counts, so that options can be
/// appended. A zero byte ends the line.
/// </summary>
public static unsafe class CommandLine
{
    /// <summary>Finds the value of a key, without its quotes.</summary>
    public static bool TryGetValue(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        bool found = false;
        ulong keyLength = (ulong)key.Length;
        fixed (byte* text = line, name = key)
        {
            for (ulong at = 0; TryNextWord(text, (ulong)line.Length, ref at, out ulong start, out ulong end);)
            {
                if (end - start <= keyLength || text[start + keyLength] != '=' || !Equal(text + start, name, keyLength))
                    continue;
                ulong first = start + keyLength + 1;
                if (first < end && text[first] == '"')
                {
                    first++;
                    if (end > first && text[end - 1] == '"')
                        end--;
                }
                value = MemoryMarshal.CreateReadOnlySpan(ref text[first], (int)(end - first));
                found = true;
            }
        }
        return found;
    }

    /// <summary>Whether a word stands in the line on its own.</summary>
    public static bool HasFlag(ReadOnlySpan<byte> line, ReadOnlySpan<byte> flag)
    {
        fixed (byte* text = line, name = flag)
        {
            for (ulong at = 0; TryNextWord(text, (ulong)line.Length, ref at, out ulong start, out ulong end);)
            {
                if (end - start == (ulong)flag.Length && Equal(text + start, name, end - start))
                    return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Reads a whole number: decimal, or hexadecimal after <c>0x</c>, with an optional factor K, M or G (powers
    /// of 1024, either case).
    /// </summary>
    /// <returns>False when the text is not such a number or exceeds 64 bits.</returns>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out ulong number)
    {
        number = 0;
        ulong length = (ulong)text.Length;
        fixed (byte* digits = text)
        {
            int shift = length == 0 ? 0 : FactorOf(digits[length - 1]);
            if (shift != 0)
                length--;
            bool hexadecimal = length > 2 && digits[0] == '0' && (digits[1] | 0x20) == 'x';
            ulong radix = hexadecimal ? 16u : 10u;
            ulong first = hexadecimal ? 2u : 0u;
            ulong value = 0;
            for (ulong i = first; i < length; i++)
            {
                ulong digit = DigitOf(digits[i]);
                if (digit >= radix || value > (ulong.MaxValue - digit) / radix)
                    return false;
                value = value * radix + digit;
            }
            if (length == first || value << shift >> shift != value)
                return false;
            number = value << shift;
            return true;
        }
    }

    private static bool TryNextWord(byte* text, ulong length, ref ulong at, out ulong start, out ulong end)
    {
        while (at < length && IsSpace(text[at]))
            at++;
        start = at;
        bool quoted = false;
        while (at < length && text[at] != 0 && (quoted || !IsSpace(text[at])))
        {
            quoted ^= text[at] == '"';
            at++;
        }
        end = at;
        return end > start;
    }

    private static bool IsSpace(byte character) => character is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');

    private static bool Equal(byte* a, byte* b, ulong length)
    {
        for (ulong i = 0; i < length; i++)
        {
            if (a[i] != b[i])
                return false;
        }
        return true;
    }

    private static int FactorOf(byte suffix) => (suffix | 0x20) switch
    {
        'k' => 10,
        'm' => 20,
        'g' => 30,
        _ => 0,
    };

    private static ulong DigitOf(byte character)
    {
        uint decimalDigit = (uint)character - '0';
        uint letter = ((uint)character | 0x20) - 'a';
        return decimalDigit <= 9 ? decimalDigit : letter <= 5 ? letter + 10 : ulong.MaxValue;
    }
}
