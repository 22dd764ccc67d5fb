using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace MicroLake.Platform.Files;

/// <summary>
/// printf with one argument (POSIX fprintf): flags <c>- + space # 0</c>, width, precision, and the conversions
/// <c>d i u x X o c s %</c>. System.Console fills terminfo strings with it.
/// </summary>
internal static class PrintFormat
{
    private const int MaxField = 4096;

    /// <summary>The formatted text; what is not understood is copied as it stands.</summary>
    public static byte[] Format(ReadOnlySpan<byte> format, int number, byte[]? text)
    {
        List<byte> result = [];
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Add(format[i]);
                continue;
            }
            int start = i++;
            string flags = "";
            while (i < format.Length && "-+ #0".Contains((char)format[i]))
                flags += (char)format[i++];
            int width = Number(format, ref i);
            int precision = -1;
            if (i < format.Length && format[i] == '.')
            {
                i++;
                precision = Number(format, ref i);
            }
            byte[]? field = i < format.Length ? Field((char)format[i], flags, precision, number, text) : null;
            if (field is null)
                result.AddRange(format[start..Math.Min(i + 1, format.Length)]);
            else
                Pad(result, field, width, flags, zeros: precision < 0 && format[i] is not ((byte)'s' or (byte)'c'));
        }
        return [.. result];
    }

    private static int Number(ReadOnlySpan<byte> format, ref int i)
    {
        int value = 0;
        while (i < format.Length && format[i] is >= (byte)'0' and <= (byte)'9')
            value = Math.Min(value * 10 + format[i++] - '0', MaxField);
        return value;
    }

    private static byte[]? Field(char conversion, string flags, int precision, int number, byte[]? text)
    {
        switch (conversion)
        {
            case '%':
                return "%"u8.ToArray();
            case 'c':
                return [(byte)number];
            case 's' when text is not null:
                return precision >= 0 && precision < text.Length ? text[..precision] : text;
            case 'd' or 'i':
                string digits = Math.Abs((long)number).ToString(CultureInfo.InvariantCulture).PadLeft(Math.Max(precision, 0), '0');
                string sign = number < 0 ? "-" : flags.Contains('+') ? "+" : flags.Contains(' ') ? " " : "";
                return Encoding.ASCII.GetBytes(sign + digits);
            case 'u' or 'x' or 'X' or 'o':
                string plain = conversion switch
                {
                    'u' => ((uint)number).ToString(CultureInfo.InvariantCulture),
                    'o' => Convert.ToString(number, 8),
                    _ => ((uint)number).ToString(conversion.ToString(), CultureInfo.InvariantCulture),
                };
                string prefix = !flags.Contains('#') || number == 0 ? "" : conversion switch { 'o' => "0", 'u' => "", _ => "0" + conversion };
                return Encoding.ASCII.GetBytes(prefix + plain.PadLeft(Math.Max(precision, 0), '0'));
            default:
                return null;
        }
    }

    private static void Pad(List<byte> result, byte[] field, int width, string flags, bool zeros)
    {
        int missing = Math.Max(0, width - field.Length);
        if (flags.Contains('-'))
        {
            result.AddRange(field);
            result.AddRange(Enumerable.Repeat((byte)' ', missing));
            return;
        }
        bool zero = zeros && flags.Contains('0');
        int sign = zero && field is [(byte)'-' or (byte)'+' or (byte)' ', ..] ? 1 : 0;
        result.AddRange(field.AsSpan(0, sign));
        result.AddRange(Enumerable.Repeat(zero ? (byte)'0' : (byte)' ', missing));
        result.AddRange(field.AsSpan(sign));
    }
}
