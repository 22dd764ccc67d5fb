using System.Text;
using MicroLake.Graphics;
using Xunit;

namespace MicroLake.HostTests.Graphics;

public sealed class TextScreenTests
{
    [Theory]
    [InlineData("one\r\ntwo", "one|two|")]
    [InlineData("a\nb", "a| b|")]
    [InlineData("0123456789ab", "0123456789|ab|")]
    [InlineData("0123456789\r\n!", "0123456789|!|")]
    [InlineData("1\r\n2\r\n3\r\n4", "2|3|4")]
    [InlineData("abc\b\bX", "aXc||")]
    [InlineData("a\tb", "a       b||")]
    [InlineData("abcdef\x1b[3DX\x1b[K", "abcX||")]
    [InlineData("abc\x1b[1K!", "   !||")]
    [InlineData("abc\r\ndef\x1b[2J\x1b[2;3Hx", "|  x|")]
    [InlineData("abc\r\ndef\x1b[A\x1b[J!", "abc!||")]
    [InlineData("\x1b[999;999Hx\x1b[99A\x1b[99Dy", "y||         x")]
    [InlineData("\x1b[1;31mred\x1b[0m\x1b[?25l.", "red.||")]
    [InlineData("\x1b_token;status\x1b\\a\x1b]0;title\u0007b\x1b(c", "abc||")]
    [InlineData("\x1b[99999999999999999999;;;;;;;;;;;;;;5Ax", "x||")]
    [InlineData("\u00e9\u20ac!", "\u00c3\u00e2!||")]
    public void Bytes_are_shown_as_on_a_terminal(string text, string expected)
    {
        var screen = new TextScreen(10, 3);
        foreach (byte value in Encoding.UTF8.GetBytes(text))
            screen.Write([value]);
        Assert.Equal(expected, string.Join('|', screen.TextOf(0), screen.TextOf(1), screen.TextOf(2)));
    }

    [Fact]
    public void Only_rows_that_changed_are_drawn_and_drawing_all_gives_the_same()
    {
        var random = new Random(5);
        var screen = new TextScreen(20, 8);
        var canvas = new Canvas(165, 130);
        var whole = new Canvas(165, 130);
        canvas.Fill(TextScreen.Background);
        whole.Fill(TextScreen.Background);
        Assert.Equal((canvas.Height, 0), screen.Draw(canvas, everything: false));
        for (int round = 0; round < 400; round++)
        {
            string text = random.Next(8) switch
            {
                0 => "\r\n",
                1 => $"\x1b[{random.Next(10)};{random.Next(25)}H",
                2 => $"\x1b[{random.Next(3)}J",
                3 => $"\x1b[{random.Next(3)}K",
                4 => $"\x1b[{(char)random.Next('A', 'E')}",
                5 => $"\x1b[{random.Next(50)}m",
                _ => new string((char)random.Next(' ', 0x7f), random.Next(12)),
            };
            screen.Write(Encoding.ASCII.GetBytes(text));
            (int top, int bottom) = screen.Draw(canvas, everything: false);
            Assert.True(top >= bottom || (top % Font.Height == 0 && bottom <= 8 * Font.Height));
            _ = screen.Draw(whole, everything: true);
            for (int y = 0; y < canvas.Height; y++)
                Assert.Equal(whole.Row(y), canvas.Row(y));
        }
    }

    [Fact]
    public void Any_bytes_do_no_harm()
    {
        var random = new Random(6);
        for (int round = 0; round < 200; round++)
        {
            var screen = new TextScreen(random.Next(1, 30), random.Next(1, 10));
            byte[] data = new byte[2000];
            random.NextBytes(data);
            for (int i = 0; i < 300; i++)
            {
                int at = random.Next(data.Length - 1);
                data[at] = 0x1b;
                data[at + 1] = (byte)'[';
            }

            screen.Write(data);
            _ = screen.Draw(new Canvas(100, 50), everything: true);
        }
    }
}
