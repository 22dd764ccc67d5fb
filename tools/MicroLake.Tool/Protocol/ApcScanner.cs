using System.Text;

namespace MicroLake.Tool.Protocol;

/// <summary>
/// Splits a serial byte stream into plain bytes and the guest's messages. A message is an application program command
/// (ECMA-48, 8.3.2): <c>ESC _ ML;TEXT ESC \</c>. Anything else that begins with an escape is plain bytes, unchanged.
/// The stream may be cut into reads anywhere.
/// </summary>
/// <param name="onData">Takes plain bytes, in order with the messages.</param>
/// <param name="onMessage">Takes the text of a message after <c>ML;</c>; false where it is none of the guest's, and plain bytes then.</param>
public sealed class ApcScanner(ApcScanner.DataHandler onData, Func<string, bool> onMessage)
{
    public delegate void DataHandler(ReadOnlySpan<byte> bytes);

    /// <summary>The longest message; a longer one is plain bytes. A failed test's stack trace fits many times over.</summary>
    public const int MaxMessageBytes = 1 << 20;

    private const byte Escape = 0x1B;

    private enum State
    {
        Plain,

        /// <summary>After ESC.</summary>
        Escaped,

        /// <summary>After ESC _.</summary>
        Command,

        /// <summary>After ESC inside a command.</summary>
        CommandEscaped,
    }

    private readonly List<byte> _command = [];
    private State _state = State.Plain;

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_state == State.Plain)
            {
                int escape = bytes.IndexOf(Escape);
                Emit(escape < 0 ? bytes : bytes[..escape]);
                if (escape < 0)
                    return;
                _state = State.Escaped;
                bytes = bytes[(escape + 1)..];
            }
            else
            {
                Step(bytes[0]);
                bytes = bytes[1..];
            }
        }
    }

    /// <summary>The stream has ended: what was held back as a possible message is plain bytes after all.</summary>
    public void Finish() => Abandon();

    private void Step(byte value)
    {
        switch (_state)
        {
            case State.Escaped when value == (byte)'_':
                _state = State.Command;
                break;
            case State.Command when value == Escape:
                _state = State.CommandEscaped;
                break;
            case State.Command when _command.Count < MaxMessageBytes:
                _command.Add(value);
                break;
            case State.CommandEscaped when value == (byte)'\\':
                Complete();
                break;
            case State.CommandEscaped:
                // The string was never closed. This escape may itself open a command.
                _state = State.Command;
                Abandon();
                _state = State.Escaped;
                Step(value);
                break;
            default:
                Abandon();
                if (value == Escape)
                    _state = State.Escaped;
                else
                    Emit([value]);
                break;
        }
    }

    private void Complete()
    {
        byte[] command = [.. _command];
        _command.Clear();
        _state = State.Plain;
        bool taken = command.AsSpan().StartsWith("ML;"u8) && onMessage(Encoding.UTF8.GetString(command, 3, command.Length - 3));
        if (!taken)
            Emit([Escape, (byte)'_', .. command, Escape, (byte)'\\']);
    }

    private void Abandon()
    {
        byte[] held = _state switch
        {
            State.Plain => [],
            State.Escaped => [Escape],
            State.Command => [Escape, (byte)'_', .. _command],
            _ => [Escape, (byte)'_', .. _command, Escape],
        };
        _command.Clear();
        _state = State.Plain;
        Emit(held);
    }

    private void Emit(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
            onData(bytes);
    }
}
