using System.Text;

namespace MicroLake.Shell;

/// <summary>
/// A line with a cursor, as a gap buffer: typing or pasting costs constant time per character wherever the cursor is.
/// Positions count characters (runes).
/// </summary>
internal sealed class LineBuffer
{
    private Rune[] _runes = new Rune[128];
    private int _gapStart;
    private int _gapEnd = 128;

    public int Length => _runes.Length - (_gapEnd - _gapStart);

    public int Cursor => _gapStart;

    public Rune this[int index] => _runes[index < _gapStart ? index : index + _gapEnd - _gapStart];

    public void Insert(Rune rune)
    {
        if (_gapStart == _gapEnd)
            Grow();
        _runes[_gapStart++] = rune;
    }

    public void Insert(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
            Insert(rune);
    }

    public void MoveTo(int position)
    {
        position = Math.Clamp(position, 0, Length);
        int distance = position - _gapStart;
        if (distance < 0)
            Array.Copy(_runes, position, _runes, _gapEnd + distance, -distance);
        else
            Array.Copy(_runes, _gapEnd, _runes, _gapStart, distance);
        _gapStart += distance;
        _gapEnd += distance;
    }

    /// <summary>Removes what is between the cursor and a position, and returns it.</summary>
    public string DeleteTo(int position)
    {
        position = Math.Clamp(position, 0, Length);
        string removed;
        if (position < _gapStart)
        {
            removed = Text(position, _gapStart);
            _gapStart = position;
        }
        else
        {
            removed = Text(_gapStart, position);
            _gapEnd += position - _gapStart;
        }
        return removed;
    }

    public void Set(string text)
    {
        Clear();
        Insert(text);
    }

    public void Clear()
    {
        _gapStart = 0;
        _gapEnd = _runes.Length;
    }

    /// <summary>Where the word before the cursor begins.</summary>
    public int WordLeft()
    {
        int position = Cursor;
        while (position > 0 && Rune.IsWhiteSpace(this[position - 1]))
            position--;
        while (position > 0 && !Rune.IsWhiteSpace(this[position - 1]))
            position--;
        return position;
    }

    /// <summary>Where the word at or after the cursor ends.</summary>
    public int WordRight()
    {
        int position = Cursor;
        while (position < Length && Rune.IsWhiteSpace(this[position]))
            position++;
        while (position < Length && !Rune.IsWhiteSpace(this[position]))
            position++;
        return position;
    }

    public string Text(int start, int end)
    {
        StringBuilder text = new(end - start);
        Span<char> pair = stackalloc char[2];
        for (int i = start; i < end; i++)
            text.Append(pair[..this[i].EncodeToUtf16(pair)]);
        return text.ToString();
    }

    public override string ToString() => Text(0, Length);

    private void Grow()
    {
        int added = _runes.Length;
        int tail = _runes.Length - _gapEnd;
        Array.Resize(ref _runes, _runes.Length + added);
        Array.Copy(_runes, _gapEnd, _runes, _gapEnd + added, tail);
        _gapEnd += added;
    }
}
