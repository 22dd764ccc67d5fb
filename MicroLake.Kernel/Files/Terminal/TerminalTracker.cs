using System.Buffers;
using System.Globalization;
using System.Text;

namespace MicroLake.Files;

/// <summary>
/// Follows the cursor of a terminal from the bytes that are sent to it, and answers the cursor position query
/// (DSR 6, ECMA-48 8.3.35) in the terminal's place, so that a program that asks never waits for a wire with nothing
/// at its end. Understands what moves the cursor on a VT100 and xterm; everything else passes unchanged.
/// </summary>
public sealed class TerminalTracker(TerminalSize size)
{
    /// <summary>Longest escape sequence that is held back until its end shows whether it is a query.</summary>
    private const int MaxSequence = 64;

    private readonly byte[] _held = new byte[MaxSequence];
    private int _heldLength;
    private State _state;
    private TerminalSize _size = size;
    private bool _wrapPending;
    private (int Column, int Row) _saved;
    private int _utf8Left;
    private int _utf8Value;

    private enum State
    {
        Ground,
        Escape,
        Charset,
        Control,
        Text,
        TextEscape,
    }

    /// <summary>Column of the cursor, from 0.</summary>
    public int Column { get; private set; }

    /// <summary>Row of the cursor, from 0.</summary>
    public int Row { get; private set; }

    public TerminalSize Size
    {
        get => _size;
        set
        {
            _size = value;
            MoveTo(Column, Row);
        }
    }

    /// <summary>
    /// Takes bytes on their way to the terminal; appends to <paramref name="output"/> what shall be sent, and to
    /// <paramref name="replies"/> the answers to queries, which are not sent.
    /// </summary>
    public void Process(ReadOnlySpan<byte> data, IBufferWriter<byte> output, IBufferWriter<byte> replies)
    {
        foreach (byte value in data)
        {
            switch (_state)
            {
                case State.Ground:
                    Ground(value, output);
                    break;
                case State.Escape:
                    Hold(value);
                    Escape(value, output);
                    break;
                case State.Charset:
                    Hold(value);
                    Flush(output);
                    break;
                case State.Control:
                    Hold(value);
                    Control(value, output, replies);
                    break;
                default:
                    Text(value, output);
                    break;
            }
        }
    }

    private void Ground(byte value, IBufferWriter<byte> output)
    {
        if (value == 0x1B)
        {
            _utf8Left = 0;
            Hold(value);
            _state = State.Escape;
            return;
        }
        Emit(output, value);
        if (value < 0x20 || value == 0x7F)
            Move(value);
        else if (value < 0x80)
            Print(1);
        else
            Utf8(value);
    }

    private void Move(byte control)
    {
        _utf8Left = 0;
        switch (control)
        {
            case (byte)'\r':
                MoveTo(0, Row);
                break;
            case (byte)'\n' or 0x0B or 0x0C:
                MoveTo(Column, Row + 1);
                break;
            case (byte)'\b':
                MoveTo(Column - 1, Row);
                break;
            case (byte)'\t':
                MoveTo((Column / 8 + 1) * 8, Row);
                break;
        }
    }

    private void Utf8(byte value)
    {
        if (_utf8Left > 0 && (value & 0xC0) == 0x80)
        {
            _utf8Value = (_utf8Value << 6) | (value & 0x3F);
            if (--_utf8Left == 0)
                Print(Rune.TryCreate(_utf8Value, out Rune rune) ? CharacterWidth.Of(rune) : 1);
            return;
        }
        (_utf8Left, _utf8Value) = value switch
        {
            >= 0xC2 and < 0xE0 => (1, value & 0x1F),
            >= 0xE0 and < 0xF0 => (2, value & 0x0F),
            >= 0xF0 and < 0xF5 => (3, value & 0x07),
            _ => (0, 0),
        };
        if (_utf8Left == 0)
            Print(1);
    }

    /// <summary>
    /// After the last column the cursor waits there, and the next character wraps (VT100 auto-wrap).
    /// </summary>
    private void Print(int width)
    {
        if (width == 0)
            return;
        if (_wrapPending || Column + width > _size.Columns)
            MoveTo(0, Row + 1);
        int after = Column + width;
        MoveTo(after, Row);
        _wrapPending = after >= _size.Columns;
    }

    private void Escape(byte value, IBufferWriter<byte> output)
    {
        switch (value)
        {
            case (byte)'[':
                _state = State.Control;
                return;
            case (byte)']' or (byte)'P' or (byte)'_' or (byte)'^' or (byte)'X':
                Flush(output);
                _state = State.Text;
                return;
            case (byte)'(' or (byte)')' or (byte)'*' or (byte)'+' or (byte)'#' or (byte)' ' or (byte)'%':
                _state = State.Charset;
                return;
            case 0x1B:
                Restart(output);
                return;
            case (byte)'7':
                _saved = (Column, Row);
                break;
            case (byte)'8':
                MoveTo(_saved.Column, _saved.Row);
                break;
            case (byte)'D':
                MoveTo(Column, Row + 1);
                break;
            case (byte)'M':
                MoveTo(Column, Row - 1);
                break;
            case (byte)'E':
                MoveTo(0, Row + 1);
                break;
            case (byte)'c':
                MoveTo(0, 0);
                _saved = default;
                break;
        }
        Flush(output);
    }

    private void Control(byte value, IBufferWriter<byte> output, IBufferWriter<byte> replies)
    {
        if (value is >= 0x20 and < 0x40)
        {
            if (_heldLength == MaxSequence)
                Flush(output);
            return;
        }
        if (value == 0x1B)
        {
            Restart(output);
            return;
        }
        ReadOnlySpan<byte> parameters = _held.AsSpan(2, _heldLength - 3);
        if (value == 'n' && parameters.SequenceEqual("6"u8))
        {
            Write(replies, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\e[{Row + 1};{Column + 1}R")));
            _heldLength = 0;
            _state = State.Ground;
            return;
        }
        if (value is >= 0x40 and < 0x7F)
            Apply((char)value, parameters);
        Flush(output);
    }

    private void Apply(char final, ReadOnlySpan<byte> parameters)
    {
        if (parameters.IndexOfAnyExceptInRange((byte)'0', (byte)';') >= 0)
            return;
        int first = Parameter(parameters, 0);
        int count = Math.Max(1, first);
        switch (final)
        {
            case 'A': MoveTo(Column, Row - count); break;
            case 'B' or 'e': MoveTo(Column, Row + count); break;
            case 'C' or 'a': MoveTo(Column + count, Row); break;
            case 'D': MoveTo(Column - count, Row); break;
            case 'E': MoveTo(0, Row + count); break;
            case 'F': MoveTo(0, Row - count); break;
            case 'G' or '`': MoveTo(count - 1, Row); break;
            case 'd': MoveTo(Column, count - 1); break;
            case 'H' or 'f': MoveTo(Math.Max(1, Parameter(parameters, 1)) - 1, count - 1); break;
            case 'r': MoveTo(0, 0); break;
            case 's' when parameters.IsEmpty: _saved = (Column, Row); break;
            case 'u' when parameters.IsEmpty: MoveTo(_saved.Column, _saved.Row); break;
        }
    }

    private static int Parameter(ReadOnlySpan<byte> parameters, int index)
    {
        for (; index > 0; index--)
        {
            int end = parameters.IndexOf((byte)';');
            if (end < 0)
                return 0;
            parameters = parameters[(end + 1)..];
        }
        int value = 0;
        foreach (byte digit in parameters)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                break;
            value = Math.Min(value * 10 + (digit - '0'), 100_000);
        }
        return value;
    }

    /// <summary>Inside a control string (OSC, DCS, APC): nothing moves until its end, BEL or ESC \.</summary>
    private void Text(byte value, IBufferWriter<byte> output)
    {
        Emit(output, value);
        _state = (_state, value) switch
        {
            (_, 0x07) or (_, 0x18) or (_, 0x1A) => State.Ground,
            (_, 0x1B) => State.TextEscape,
            (State.TextEscape, (byte)'\\') => State.Ground,
            _ => State.Text,
        };
    }

    private void MoveTo(int column, int row)
    {
        Column = Math.Clamp(column, 0, _size.Columns - 1);
        Row = Math.Clamp(row, 0, _size.Rows - 1);
        _wrapPending = false;
    }

    /// <summary>An escape inside a sequence, already held, ends that one and begins the next.</summary>
    private void Restart(IBufferWriter<byte> output)
    {
        _heldLength--;
        Flush(output);
        Hold(0x1B);
        _state = State.Escape;
    }

    private void Hold(byte value) => _held[_heldLength++] = value;

    private void Flush(IBufferWriter<byte> output)
    {
        Write(output, _held.AsSpan(0, _heldLength));
        _heldLength = 0;
        _state = State.Ground;
    }

    private static void Emit(IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    private static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        data.CopyTo(output.GetSpan(data.Length));
        output.Advance(data.Length);
    }
}
