using System.Globalization;
using System.Text;
using MicroLake.Nucleus.Diagnostics;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Diagnostics;

public sealed unsafe class TextFormatterTests
{
    private static readonly List<byte> s_output = [];
    private readonly TextFormatter _formatter;

    public TextFormatterTests()
    {
        s_output.Clear();
        _formatter.Initialize(&Sink, (void*)42);
    }

    [Fact]
    public void Text_goes_through_unchanged()
    {
        _formatter.Write("page fault: é"u8);
        _formatter.Write(""u8);
        _formatter.WriteByte((byte)'!');
        _formatter.WriteLine();
        Assert.Equal("page fault: é!\n", Output());
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(9UL)]
    [InlineData(10UL)]
    [InlineData(99UL)]
    [InlineData(100UL)]
    [InlineData(9_999_999_999_999_999_999UL)]
    [InlineData(10_000_000_000_000_000_000UL)]
    [InlineData(ulong.MaxValue)]
    public void Numbers_are_written_like_the_framework_writes_them(ulong value)
    {
        _formatter.WriteDecimal(value);
        Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Output());
        _formatter.WriteSigned((long)value);
        Assert.Equal(((long)value).ToString(CultureInfo.InvariantCulture), Output());
        _formatter.WriteHex(value);
        Assert.Equal(value.ToString("x", CultureInfo.InvariantCulture), Output());
    }

    [Fact]
    public void Random_numbers_are_written_like_the_framework_writes_them()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            ulong value = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            int digits = random.Next(1, 17);
            _formatter.WriteDecimal(value);
            _formatter.WriteByte((byte)' ');
            _formatter.WriteSigned((long)value);
            _formatter.WriteByte((byte)' ');
            _formatter.WriteHex(value, digits);
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{value} {(long)value} {value.ToString("x" + digits, CultureInfo.InvariantCulture)}"), Output());
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("é ß € 漢 \U0001F600 end \U0010FFFF")]
    [InlineData("\uD800")]
    [InlineData("a\uDC00b")]
    [InlineData("\uD800\uD800\uDC00x")]
    [InlineData("\uDBFFz")]
    [InlineData("\u07FF\u0800\uFFFF\u0080\u007F")]
    public void Utf16_becomes_utf8(string text)
    {
        fixed (char* characters = text)
            _formatter.WriteUtf16(characters, (ulong)text.Length);
        Assert.Equal(Encoding.UTF8.GetBytes(text), s_output);
    }

    private static string Output()
    {
        string text = Encoding.UTF8.GetString([.. s_output]);
        s_output.Clear();
        return text;
    }

    private static void Sink(void* context, byte* bytes, ulong length)
    {
        Assert.True(context == (void*)42 && length > 0);
        s_output.AddRange(new ReadOnlySpan<byte>(bytes, (int)length));
    }
}
