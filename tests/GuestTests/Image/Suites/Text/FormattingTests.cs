using System.Globalization;
using System.Text;

namespace MicroLake.GuestTests.Suites;

[Area("Strings: formatting, encodings, StringBuilder")]
public static class FormattingTests
{
    [GuestTest]
    public static void Numbers_are_formatted()
    {
        Check.Equal("1,234,567.89", 1234567.891.ToString("N2"));
        Check.Equal("00FF", 255.ToString("X4"));
        Check.Equal("12.30 %", 0.123.ToString("P2"));
        Check.Equal("1.235E+003", 1234.56.ToString("E3"));
        Check.Equal("-2147483648", int.MinValue.ToString());
        Check.Equal("101010", Convert.ToString(42, 2));
        Check.Equal("¤1,234.50", 1234.5m.ToString("C"));
        Check.Equal("007", 7.ToString("000"));
    }

    [GuestTest]
    public static void Interpolation_aligns_and_formats() =>
        Check.Equal("|   42|ab   |0x2a|2.50|", $"|{42,5}|{"ab",-5}|0x{42:x}|{2.5:F2}|");

    [GuestTest]
    public static void Composite_formats() =>
        Check.Equal("b a {c}", string.Format(CultureInfo.InvariantCulture, "{1} {0} {{c}}", "a", 'b'));

    [GuestTest]
    public static void Strings_are_cut_joined_and_searched()
    {
        Check.Sequence(["a", "b", "c"], "a, b,,c".Split([',', ' '], StringSplitOptions.RemoveEmptyEntries));
        Check.Equal("a-b-c", string.Join('-', 'a', 'b', 'c'));
        Check.Equal("HELLO", "hello".ToUpperInvariant());
        Check.Equal("Stra\u00dfe", "Stra\u00dfe".Trim());
        Check.Equal(6, "hello world".IndexOf("world", StringComparison.Ordinal));
        Check.Equal("hexxo", "hello".Replace("l", "x"));
        Check.That("Hello".Equals("hELLO", StringComparison.OrdinalIgnoreCase));
        Check.That(string.CompareOrdinal("a", "b") < 0);
        Check.Equal("   x", "x".PadLeft(4));
        Check.Equal("\u00c4\u00d6\u00dc", "\u00e4\u00f6\u00fc".ToUpperInvariant());
    }

    [GuestTest]
    public static void StringBuilder_builds()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 1000; i++)
            text.Append(i).Append(',');
        text.Insert(0, "<").Append('>').Replace("999,", "end");
        // 2890 digits, 1000 commas, two brackets, and one replacement that is a character shorter.
        Check.Equal(2890 + 1000 + 2 - 1, text.Length);
        Check.That(text.ToString().EndsWith("998,end>", StringComparison.Ordinal));
    }

    [GuestTest]
    public static void Utf8_and_utf16_round_trips()
    {
        string text = "a\u00e4\u20ac\ud83d\ude00";
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Check.Equal("61C3A4E282ACF09F9880", Convert.ToHexString(utf8));
        Check.Equal(text, Encoding.UTF8.GetString(utf8));
        Check.Equal(text, Encoding.Unicode.GetString(Encoding.Unicode.GetBytes(text)));
        Check.Equal("\ufffd", Encoding.UTF8.GetString([0xff]));
        Check.Equal(4, text.EnumerateRunes().Count());
        Check.Equal("caf\u00e9", Encoding.Latin1.GetString([0x63, 0x61, 0x66, 0xe9]));
    }

    [GuestTest]
    public static void Base64_and_hex()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Check.Sequence(bytes, Convert.FromBase64String(Convert.ToBase64String(bytes)));
        Check.Sequence(bytes, Convert.FromHexString(Convert.ToHexString(bytes)));
        Check.Equal("aGVsbG8=", Convert.ToBase64String("hello"u8));
    }

    [GuestTest]
    public static void Cultures_are_invariant()
    {
        Check.Equal("", CultureInfo.CurrentCulture.Name);
        Check.Equal("1.5", 1.5.ToString());
    }

    [GuestTest]
    public static void Text_readers_and_writers()
    {
        using var writer = new StringWriter();
        writer.WriteLine("one");
        writer.Write("two {0}", 2);
        using var reader = new StringReader(writer.ToString());
        Check.Equal("one", reader.ReadLine());
        Check.Equal("two 2", reader.ReadLine());
        Check.That(reader.ReadLine() is null);
    }
}
