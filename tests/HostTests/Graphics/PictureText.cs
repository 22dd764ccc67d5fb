using MicroLake.Graphics;

namespace MicroLake.HostTests.Graphics;

/// <summary>Reads text off a picture: strokes of the font in one colour that nothing else in the characters' boxes has.</summary>
internal static class PictureText
{
    public static bool Contains(Func<int, uint[]> row, int width, int height, string text, bool bold = false)
    {
        uint[][] pixels = new uint[height][];
        for (int y = 0; y < height; y++)
            pixels[y] = row(y);
        for (int y = 0; y + Font.Height <= height; y++)
            for (int x = 0; x + text.Length * Font.Width <= width; x++)
                if (IsAt(pixels, x, y, text, bold))
                    return true;
        return false;
    }

    private static bool IsAt(uint[][] pixels, int left, int top, string text, bool bold)
    {
        uint? ink = null;
        for (int i = 0; i < text.Length; i++)
        {
            ReadOnlySpan<byte> glyph = Font.Glyph(text[i]);
            for (int y = 0; y < Font.Height; y++)
            {
                int bits = bold ? glyph[y] | glyph[y] >> 1 : glyph[y];
                for (int x = 0; x < Font.Width; x++)
                {
                    uint pixel = pixels[top + y][left + i * Font.Width + x];
                    bool isStroke = (bits & 0x80 >> x) != 0;
                    if (isStroke)
                        ink ??= pixel;
                    if (ink is not null && isStroke != (pixel == ink))
                        return false;
                }
            }
        }

        return ink is not null;
    }
}
