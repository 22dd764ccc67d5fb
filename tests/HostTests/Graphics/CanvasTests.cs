using MicroLake.Graphics;
using Xunit;

namespace MicroLake.HostTests.Graphics;

public sealed class CanvasTests
{
    private const uint Ink = 0xffffff;

    [Fact]
    public void Text_is_drawn_by_the_font_and_cut_at_the_edges()
    {
        var canvas = new Canvas(12, 16);
        canvas.Text(0, 0, "Hg", Ink);
        canvas.Text(-100, -100, "out", Ink, scale: 3);
        canvas.Text(1000, 3, "out", Ink);
        string[] expected =
        [
            "............", "............", "............",
            ".#....#.....", ".#....#.....", ".#....#.....", ".#....#...##", ".######..#..",
            ".#....#..#..", ".#....#..#..", ".#....#..#..", ".#....#..#..", ".#....#...##",
            "............", ".........#..", "..........##",
        ];
        Assert.Equal(expected, Picture(canvas));
    }

    [Fact]
    public void Bold_and_large_text_are_the_same_strokes()
    {
        var canvas = new Canvas(16, 32);
        canvas.Text(0, 0, "l", Ink, scale: 2);
        var bold = new Canvas(8, 16);
        bold.Text(0, 0, "l", Ink, bold: true);
        Assert.Equal("........##......", Picture(canvas)[10]);
        Assert.Equal("....##..", Picture(bold)[5]);
        Assert.Equal("..####..", Picture(bold)[3]);
    }

    [Fact]
    public void Every_character_differs_from_every_other_and_keeps_to_its_box()
    {
        var seen = new HashSet<string>();
        for (char c = ' '; c <= '\u007f'; c++)
        {
            ReadOnlySpan<byte> glyph = Font.Glyph(c);
            Assert.Equal(Font.Height, glyph.Length);
            foreach (byte row in glyph)
                Assert.Equal(0, row & 1);
            Assert.True(seen.Add(Convert.ToHexString(glyph)), $"'{c}' looks like another");
        }

        Assert.Equal(Font.Glyph('\u007f'), Font.Glyph('\u20ac'));
    }

    [Fact]
    public void Rectangles_are_cut_at_the_edges()
    {
        var canvas = new Canvas(4, 3);
        canvas.Fill(-2, -2, 3, 3, Ink);
        canvas.Fill(3, 2, int.MaxValue - 3, 9, Ink);
        canvas.Fill(1, 1, -1, 1, Ink);
        Assert.Equal(["#...", "....", "...#"], Picture(canvas));
    }

    private static string[] Picture(Canvas canvas)
    {
        var rows = new string[canvas.Height];
        for (int y = 0; y < canvas.Height; y++)
            rows[y] = string.Concat(Array.ConvertAll(canvas.Row(y).ToArray(), pixel => pixel == Ink ? '#' : '.'));
        return rows;
    }
}
