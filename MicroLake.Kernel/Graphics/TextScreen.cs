namespace MicroLake.Graphics;

/// <summary>
/// A screen of text, as a terminal that takes what ECMA-48 and xterm say of cursor, erasing and colours; sequences that it does not know are left out. Bytes
/// that are no ASCII are boxes, one for each character of UTF-8.
/// </summary>
public sealed class TextScreen
{
    public const uint Background = 0x10161d;

    private const int TabColumns = 8;
    private const int MostParameters = 8;
    private const byte Escape = 0x1b;
    private const byte Bell = 0x07;

    private const ushort DefaultStyle = 7 << ColourShift;
    private const int ColourShift = 8;
    private const ushort ColourMask = 7 << ColourShift;
    private const ushort Bold = 1 << 11;
    private const ushort Inverse = 1 << 12;

    private static ReadOnlySpan<uint> Colours => [0x4a5563, 0xe0605a, 0x5fbf77, 0xe8b04a, 0x5b9bea, 0xb98ae0, 0x45b8c2, 0xd5dde5];

    private enum State
    {
        Ground,
        Escape,
        Control,
        Text,
        TextEscape,
    }

    // A character in the low byte, its style above.
    private readonly ushort[] _cells;
    private readonly bool[] _isChanged;
    private readonly int[] _parameters = new int[MostParameters];
    private int _parameterCount;
    private State _state;
    private ushort _style = DefaultStyle;
    private int _column;
    private int _row;

    public TextScreen(int columns, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        Columns = columns;
        Rows = rows;
        _cells = new ushort[columns * rows];
        _isChanged = new bool[rows];
        EraseCells(0, _cells.Length);
    }

    public int Columns { get; }

    public int Rows { get; }

    /// <summary>How often all of it was erased at once.</summary>
    public int Clearings { get; private set; }

    public void Write(ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            switch (_state)
            {
                case State.Ground:
                    Ground(value);
                    break;
                case State.Escape:
                    AfterEscape(value);
                    break;
                case State.Control:
                    Control(value);
                    break;
                default:
                    Text(value);
                    break;
            }
        }
    }

    /// <summary>The characters of a row, without blanks at its end.</summary>
    public string TextOf(int row)
    {
        Span<char> text = stackalloc char[Columns];
        for (int i = 0; i < Columns; i++)
            text[i] = (char)(_cells[row * Columns + i] & 0xff);
        return text.TrimEnd(' ').ToString();
    }

    /// <summary>Draws the rows that have changed.</summary>
    /// <param name="canvas">Has room for all of them.</param>
    /// <param name="everything">The others, too.</param>
    /// <returns>The rows of pixels that were drawn: from the first, to before the second.</returns>
    public (int Top, int Bottom) Draw(Canvas canvas, bool everything)
    {
        int top = canvas.Height, bottom = 0;
        for (int row = 0; row < Rows; row++)
        {
            if (!everything && !_isChanged[row])
                continue;
            _isChanged[row] = false;
            DrawRow(canvas, row);
            top = Math.Min(top, row * Font.Height);
            bottom = (row + 1) * Font.Height;
        }

        return (top, bottom);
    }

    private void DrawRow(Canvas canvas, int row)
    {
        int y = row * Font.Height;
        canvas.Fill(0, y, canvas.Width, Font.Height, Background);
        for (int column = 0; column < Columns; column++)
        {
            ushort cell = _cells[row * Columns + column];
            // The cursor is where the next character comes.
            bool isInverse = (cell & Inverse) != 0 != (row == _row && column == _column);
            uint colour = Colours[(cell & ColourMask) >> ColourShift];
            if (isInverse)
                canvas.Fill(column * Font.Width, y, Font.Width, Font.Height, colour);
            char character = (char)(cell & 0xff);
            if (character != ' ')
                canvas.Text(column * Font.Width, y, new ReadOnlySpan<char>(in character), isInverse ? Background : colour, (cell & Bold) != 0);
        }
    }

    private void Ground(byte value)
    {
        switch (value)
        {
            case Escape:
                _state = State.Escape;
                break;
            case (byte)'\n':
                LineFeed();
                break;
            case (byte)'\r':
                MoveTo(0, _row);
                break;
            case (byte)'\b':
                MoveTo(_column - 1, _row);
                break;
            case (byte)'\t':
                MoveTo((_column / TabColumns + 1) * TabColumns, _row);
                break;
            // Characters beyond ASCII have one byte that begins them, and such as follow it.
            case >= (byte)' ' and < 0x7f or >= 0xc0:
                Print(value);
                break;
        }
    }

    private void Print(byte value)
    {
        if (_column == Columns)
        {
            _column = 0;
            LineFeed();
        }

        _cells[_row * Columns + _column++] = (ushort)(value | _style);
        _isChanged[_row] = true;
    }

    private void LineFeed()
    {
        _isChanged[_row] = true;
        if (_row < Rows - 1)
        {
            _isChanged[++_row] = true;
            return;
        }

        _cells.AsSpan(Columns).CopyTo(_cells);
        EraseCells((Rows - 1) * Columns, Columns);
        Array.Fill(_isChanged, true);
    }

    private void AfterEscape(byte value)
    {
        _parameterCount = 0;
        Array.Clear(_parameters);
        _state = value switch
        {
            (byte)'[' => State.Control,
            // Strings for somebody else: DCS, OSC, PM, APC.
            (byte)'P' or (byte)']' or (byte)'^' or (byte)'_' => State.Text,
            _ => State.Ground,
        };
    }

    private void Text(byte value) => _state = value switch
    {
        Bell => State.Ground,
        Escape => State.TextEscape,
        (byte)'\\' when _state == State.TextEscape => State.Ground,
        _ => State.Text,
    };

    private void Control(byte value)
    {
        const int mostDigits = 10_000;
        switch (value)
        {
            case >= (byte)'0' and <= (byte)'9':
                if (_parameterCount < MostParameters && _parameters[_parameterCount] < mostDigits)
                    _parameters[_parameterCount] = _parameters[_parameterCount] * 10 + value - '0';
                break;
            case (byte)';':
                _parameterCount = Math.Min(_parameterCount + 1, MostParameters);
                break;
            case >= 0x40 and < 0x7f:
                _state = State.Ground;
                Do(value);
                break;
        }
    }

    private void Do(byte final)
    {
        int first = _parameters[0], count = Math.Max(first, 1), column = Math.Min(_column, Columns - 1);
        switch (final)
        {
            case (byte)'A':
                MoveTo(column, _row - count);
                break;
            case (byte)'B':
                MoveTo(column, _row + count);
                break;
            case (byte)'C':
                MoveTo(column + count, _row);
                break;
            case (byte)'D':
                MoveTo(column - count, _row);
                break;
            case (byte)'G':
                MoveTo(count - 1, _row);
                break;
            case (byte)'H' or (byte)'f':
                MoveTo(Math.Max(_parameters[1], 1) - 1, count - 1);
                break;
            case (byte)'J':
                Erase(first, _row * Columns + column, 0, _cells.Length);
                Clearings += first >= 2 ? 1 : 0;
                Array.Fill(_isChanged, true);
                break;
            case (byte)'K':
                Erase(first, _row * Columns + column, _row * Columns, (_row + 1) * Columns);
                _isChanged[_row] = true;
                break;
            case (byte)'m':
                for (int i = 0; i <= Math.Min(_parameterCount, MostParameters - 1); i++)
                    SetStyle(_parameters[i]);
                break;
        }
    }

    /// <summary>ED and EL: from the cursor to the end, from the start to the cursor, or all.</summary>
    private void Erase(int what, int cursor, int start, int end)
    {
        int from = what == 0 ? cursor : start;
        EraseCells(from, (what == 1 ? cursor + 1 : end) - from);
    }

    private void EraseCells(int from, int count) => _cells.AsSpan(from, count).Fill(' ' | DefaultStyle);

    private void SetStyle(int parameter) => _style = parameter switch
    {
        0 => DefaultStyle,
        1 => (ushort)(_style | Bold),
        7 => (ushort)(_style | Inverse),
        22 => (ushort)(_style & ~Bold),
        27 => (ushort)(_style & ~Inverse),
        >= 30 and <= 37 => (ushort)(_style & ~ColourMask | (parameter - 30) << ColourShift),
        >= 90 and <= 97 => (ushort)(_style & ~ColourMask | (parameter - 90) << ColourShift),
        39 => (ushort)(_style & ~ColourMask | DefaultStyle),
        _ => _style,
    };

    private void MoveTo(int column, int row)
    {
        _isChanged[_row] = true;
        _column = Math.Clamp(column, 0, Columns - 1);
        _row = Math.Clamp(row, 0, Rows - 1);
        _isChanged[_row] = true;
    }
}
