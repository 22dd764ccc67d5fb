using System.Text;
using MicroLake.Nucleus.Boot;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Boot;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("log=debug", "log", "debug")]
    [InlineData("  quiet\tlog=debug \n", "log", "debug")]
    [InlineData("log=a log=b", "log", "b")]
    [InlineData("log=", "log", "")]
    [InlineData("a=x=y", "a", "x=y")]
    [InlineData("path=\"two words\" b=1", "path", "two words")]
    [InlineData("path=\"two words\" b=1", "b", "1")]
    [InlineData("path=\"b=2 c\" b=1", "b", "1")]
    [InlineData("path=\"\"", "path", "")]
    [InlineData("path=\"", "path", "")]
    [InlineData("path=\"open end", "path", "open end")]
    [InlineData("a=1\0a=2", "a", "1")]
    public void A_value_is_found(string line, string key, string expected)
    {
        Assert.True(CommandLine.TryGetValue(Bytes(line), Bytes(key), out ReadOnlySpan<byte> value));
        Assert.Equal(expected, Encoding.UTF8.GetString(value));
    }

    [Theory]
    [InlineData("", "log")]
    [InlineData("log", "log")]
    [InlineData("xlog=1", "log")]
    [InlineData("logx=1", "log")]
    [InlineData("lo=1", "log")]
    [InlineData("a=\"x log=1\"", "log")]
    [InlineData("\0log=1", "log")]
    public void A_key_that_is_not_there_is_not_found(string line, string key)
    {
        Assert.False(CommandLine.TryGetValue(Bytes(line), Bytes(key), out ReadOnlySpan<byte> value));
        Assert.True(value.IsEmpty);
    }

    [Theory]
    [InlineData("quiet", "quiet", true)]
    [InlineData("a=1 quiet b", "quiet", true)]
    [InlineData("quiet=1", "quiet", false)]
    [InlineData("quieter", "quiet", false)]
    [InlineData("a=\"x quiet y\"", "quiet", false)]
    [InlineData("", "", false)]
    public void A_flag_is_a_word_of_its_own(string line, string flag, bool expected) =>
        Assert.Equal(expected, CommandLine.HasFlag(Bytes(line), Bytes(flag)));

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("64", 64UL)]
    [InlineData("64M", 64UL << 20)]
    [InlineData("2g", 2UL << 30)]
    [InlineData("0x1F", 0x1FUL)]
    [InlineData("0XffK", 0xFFUL << 10)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("0xFFFFFFFFFFFFFFFF", ulong.MaxValue)]
    [InlineData("17179869183G", 17179869183UL << 30)]
    public void Numbers_are_read(string text, ulong expected)
    {
        Assert.True(CommandLine.TryParseNumber(Bytes(text), out ulong number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("12a")]
    [InlineData("0x")]
    [InlineData("0xg")]
    [InlineData("1KM")]
    [InlineData("18446744073709551616")]
    [InlineData("0x10000000000000000")]
    [InlineData("17179869184G")]
    public void What_is_no_number_is_refused(string text)
    {
        Assert.False(CommandLine.TryParseNumber(Bytes(text), out ulong number));
        Assert.Equal(0UL, number);
    }

    [Fact]
    public void Any_bytes_are_survived()
    {
        var random = new Random(3);
        byte[] alphabet = Bytes("a=\" \t\0bK0x\n");
        for (int round = 0; round < 20_000; round++)
        {
            byte[] line = new byte[random.Next(24)];
            for (int i = 0; i < line.Length; i++)
                line[i] = random.Next(8) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            if (CommandLine.TryGetValue(line, "a"u8, out ReadOnlySpan<byte> value))
            {
                Assert.True(value.IsEmpty || line.AsSpan().Overlaps(value));
                Assert.True(line.AsSpan().IndexOf("a="u8) >= 0);
                CommandLine.TryParseNumber(value, out _);
            }
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
