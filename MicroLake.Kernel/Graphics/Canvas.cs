namespace MicroLake.Graphics;

/// <summary>A picture that is drawn into: pixels as 0xRRGGBB, row by row. What is outside of it is cut off.</summary>
public sealed class Canvas
{
    private readonly uint[] _pixels;

    public Canvas(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Width = width;
        Height = height;
        _pixels = new uint[checked(width * height)];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The pixels of a row.</summary>
    public ReadOnlySpan<uint> Row(int y) => _pixels.AsSpan(y * Width, Width);

    public void Fill(uint colour) => _pixels.AsSpan().Fill(colour);

    public void Fill(int x, int y, int width, int height, uint colour)
    {
        int left = Math.Max(x, 0), right = Math.Min(x + width, Width);
        if (left >= right)
            return;
        int bottom = Math.Min(y + height, Height);
        for (int row = Math.Max(y, 0); row < bottom; row++)
            _pixels.AsSpan(row * Width + left, right - left).Fill(colour);
    }

    /// <summary>Draws text whose upper left corner is at a place.</summary>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Upper edge.</param>
    /// <param name="text">Characters of <see cref="Font"/>.</param>
    /// <param name="colour">Colour of the strokes; what is behind them stays.</param>
    /// <param name="bold">Strokes of two pixels.</param>
    /// <param name="scale">Pixels of the canvas for each of the font's, in both directions.</param>
    public void Text(int x, int y, ReadOnlySpan<char> text, uint colour, bool bold = false, int scale = 1)
    {
        foreach (char character in text)
        {
            ReadOnlySpan<byte> glyph = Font.Glyph(character);
            for (int row = 0; row < Font.Height; row++)
            {
                int bits = bold ? glyph[row] | glyph[row] >> 1 : glyph[row];
                for (int column = 0; bits != 0; column++, bits = bits << 1 & 0xff)
                    if ((bits & 0x80) != 0)
                        Fill(x + column * scale, y + row * scale, scale, scale, colour);
            }

            x += Font.Width * scale;
        }
    }

    /// <summary>Moves rows up, from one to another place; what stood there is gone.</summary>
    public void MoveRows(int from, int to, int count) => _pixels.AsSpan(from * Width, count * Width).CopyTo(_pixels.AsSpan(to * Width));
}
