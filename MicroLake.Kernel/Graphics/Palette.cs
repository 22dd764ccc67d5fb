namespace MicroLake.Graphics;

/// <summary>The colours of a picture, up to 256.</summary>
internal sealed class Palette
{
    private const int Most = 256;

    private readonly uint[] _colours = new uint[Most];
    private int _lastIndex;

    public int Count { get; private set; }

    public uint this[int index] => _colours[index];

    /// <summary>Adds all colours of a picture. False: there are too many.</summary>
    public bool TryAdd(Canvas picture)
    {
        for (int y = 0; y < picture.Height; y++)
        {
            foreach (uint pixel in picture.Row(y))
            {
                if (IndexOf(pixel) >= 0)
                    continue;
                if (Count == Most)
                    return false;
                _colours[Count++] = pixel;
            }
        }

        return true;
    }

    /// <summary>The number of a colour, or -1. Neighbours mostly have the same.</summary>
    public int IndexOf(uint colour)
    {
        if (_lastIndex >= Count || _colours[_lastIndex] != colour)
            _lastIndex = _colours.AsSpan(0, Count).IndexOf(colour);
        if (_lastIndex >= 0)
            return _lastIndex;
        _lastIndex = 0;
        return -1;
    }
}
