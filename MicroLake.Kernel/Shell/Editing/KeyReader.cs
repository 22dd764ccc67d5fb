using System.Text;
using MicroLake.Files;

namespace MicroLake.Shell;

/// <summary>
/// Turns terminal bytes into keys: UTF-8, control characters, the escape sequences of VT100, xterm and the Linux
/// console. Bytes that are none of these are dropped one by one.
/// </summary>
internal sealed class KeyReader(TerminalInput input, Action<TerminalSize> learnSize)
{
    /// <summary>Asks the terminal for its size in characters (xterm, XTWINOPS 18); the answer comes as if typed.</summary>
    public const string SizeQuery = "\e[18t";

    /// <summary>A terminal sends the rest of a sequence at once; a person does not type that fast.</summary>
    private static readonly TimeSpan s_sequenceTimeout = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan s_forever = TimeSpan.FromMilliseconds(-1);

    private const int MaxSequence = 32;
    private bool _afterReturn;

    public Key Read()
    {
        int value = input.Read(s_forever);
        // Terminals and pastes end lines with CR, LF or both: CR LF is one end.
        bool second = _afterReturn && value == '\n';
        _afterReturn = value == '\r';
        if (second)
            return new Key(KeyKind.Ignored);
        return value switch
        {
            < 0 => new Key(KeyKind.Closed),
            0x1B => Escape(),
            < 0x20 or 0x7F => Control(value),
            < 0x80 => new Key(KeyKind.Character, new Rune(value)),
            _ => MultiByte(value),
        };
    }

    private static Key Control(int value) => new(value switch
    {
        '\r' or '\n' => KeyKind.Enter,
        '\t' => KeyKind.Tab,
        '\b' or 0x7F => KeyKind.Backspace,
        0x01 => KeyKind.Home,
        0x02 => KeyKind.Left,
        0x03 => KeyKind.Cancel,
        0x04 => KeyKind.EndOfInput,
        0x05 => KeyKind.End,
        0x06 => KeyKind.Right,
        0x07 => KeyKind.Abort,
        0x0B => KeyKind.DeleteToEnd,
        0x0C => KeyKind.ClearScreen,
        0x0E => KeyKind.Down,
        0x10 => KeyKind.Up,
        0x12 => KeyKind.Search,
        0x14 => KeyKind.Transpose,
        0x15 => KeyKind.DeleteToStart,
        0x17 => KeyKind.DeleteWordLeft,
        0x19 => KeyKind.Yank,
        _ => KeyKind.Ignored,
    });

    private Key Escape()
    {
        int next = input.Read(s_sequenceTimeout);
        switch (next)
        {
            case '[':
                return ControlSequence();
            case 'O':
                return Final(input.Read(s_sequenceTimeout), "");
            case 'b':
                return new Key(KeyKind.WordLeft);
            case 'f':
                return new Key(KeyKind.WordRight);
            case 'd':
                return new Key(KeyKind.DeleteWordRight);
            case 0x7F or '\b':
                return new Key(KeyKind.DeleteWordLeft);
            case -1:
                return new Key(KeyKind.Abort);
            default:
                return new Key(next == -2 ? KeyKind.Closed : KeyKind.Ignored);
        }
    }

    private Key ControlSequence()
    {
        StringBuilder parameters = new();
        while (parameters.Length < MaxSequence)
        {
            int value = input.Read(s_sequenceTimeout);
            if (value is < 0x20 or > 0x7E)
                return new Key(KeyKind.Ignored);
            if (value >= 0x40 && !(value == '[' && parameters.Length == 0))
                return Final(value, parameters.ToString());
            parameters.Append((char)value);
        }
        return new Key(KeyKind.Ignored);
    }

    private Key Final(int final, string parameters)
    {
        if (final == 't')
            return SizeReport(parameters.Split(';'));
        // A second parameter tells of Shift, Alt and Ctrl (xterm): with Alt or Ctrl the arrows move by words.
        bool modified = parameters.Contains(';');
        return new Key((char)Math.Max(final, 0) switch
        {
            'A' => KeyKind.Up,
            'B' => KeyKind.Down,
            'C' => modified ? KeyKind.WordRight : KeyKind.Right,
            'D' => modified ? KeyKind.WordLeft : KeyKind.Left,
            'H' => KeyKind.Home,
            'F' => KeyKind.End,
            'M' when parameters.Length == 0 => KeyKind.Enter,
            '~' => parameters.Split(';')[0] switch
            {
                "1" or "7" => KeyKind.Home,
                "3" => KeyKind.Delete,
                "4" or "8" => KeyKind.End,
                _ => KeyKind.Ignored,
            },
            _ => KeyKind.Ignored,
        });
    }

    /// <summary>The answer to the size query: 8, rows, columns.</summary>
    private Key SizeReport(string[] parameters)
    {
        if (parameters is ["8", var rows, var columns] && int.TryParse(rows, out int height) && int.TryParse(columns, out int width)
            && height is > 0 and < 1000 && width is > 0 and < 1000)
            learnSize(new TerminalSize(width, height));
        return new Key(KeyKind.Ignored);
    }

    private Key MultiByte(int first)
    {
        int length = first switch { >= 0xC2 and < 0xE0 => 2, >= 0xE0 and < 0xF0 => 3, >= 0xF0 and < 0xF5 => 4, _ => 0 };
        Span<byte> bytes = stackalloc byte[4];
        bytes[0] = (byte)first;
        for (int i = 1; i < length; i++)
        {
            int next = input.Read(s_sequenceTimeout);
            if (next is < 0x80 or > 0xBF)
                return new Key(KeyKind.Ignored);
            bytes[i] = (byte)next;
        }
        if (length == 0 || Rune.DecodeFromUtf8(bytes[..length], out Rune rune, out int used) != System.Buffers.OperationStatus.Done || used != length)
            return new Key(KeyKind.Ignored);
        return Rune.IsControl(rune) ? new Key(KeyKind.Ignored) : new Key(KeyKind.Character, rune);
    }
}
