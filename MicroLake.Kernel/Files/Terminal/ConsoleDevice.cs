using System.Buffers;

namespace MicroLake.Files;

/// <summary>Takes what a console writes, as its terminal gets it.</summary>
public delegate void ConsoleMirror(ReadOnlySpan<byte> data);

/// <summary>
/// The system console as a terminal device, <c>/dev/tty</c>: line ends become carriage return and line feed on the
/// way out, cursor queries are answered on the spot, Ctrl-C becomes an interrupt where a program wants one. In raw
/// mode it is a plain byte stream that is no terminal and has no input. Safe for use by several threads.
/// </summary>
public sealed class ConsoleDevice(IConsolePort port) : CharacterDevice
{
    private const byte Interrupt = 0x03;

    private readonly Lock _writeGate = new();
    private readonly Lock _readGate = new();
    private readonly ArrayBufferWriter<byte> _output = new(512);
    private readonly ArrayBufferWriter<byte> _translated = new(512);
    private readonly ArrayBufferWriter<byte> _newReplies = new(16);
    private readonly Queue<byte> _replies = new();
    private readonly TerminalTracker _tracker = new(TerminalSize.Default);

    /// <summary>
    /// Called on Ctrl-C when it is not to be read as a character; returns false when nobody took the interrupt, and
    /// then the character is read after all.
    /// </summary>
    public Func<bool>? OnInterrupt { get; set; }

    /// <summary>Also gets all that is written; it may not write here itself.</summary>
    public ConsoleMirror? Mirror { get; set; }

    /// <summary>Raised when the size of the terminal becomes known or changes.</summary>
    public event Action? SizeChanged;

    public override bool IsTerminal => !Raw;

    /// <summary>Bytes go out unchanged, there is no input, and no terminal: for output that a program will read.</summary>
    public bool Raw { get; set; }

    /// <summary>Ctrl-C interrupts (ISIG of termios(3)) instead of being a character.</summary>
    public bool InterruptOnControlC { get; set; } = true;

    /// <summary>True when a read would not wait.</summary>
    public bool IsReadable
    {
        get
        {
            lock (_replies)
                if (_replies.Count > 0)
                    return true;
            return Raw || port.IsReadable;
        }
    }

    public TerminalSize Size
    {
        get
        {
            lock (_writeGate)
                return _tracker.Size;
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value.Columns, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(value.Rows, 1);
            bool changed;
            lock (_writeGate)
            {
                changed = _tracker.Size != value;
                _tracker.Size = value;
            }
            if (changed)
                SizeChanged?.Invoke();
        }
    }

    public override Errno Read(Span<byte> buffer, out int count)
    {
        count = Read(buffer, -1);
        return Errno.None;
    }

    /// <summary>
    /// Reads at least one byte, waiting up to the timeout in nanoseconds (negative: for ever). Returns 0 when the time
    /// is over, and always in raw mode.
    /// </summary>
    public int Read(Span<byte> buffer, long timeoutNanoseconds)
    {
        if (buffer.IsEmpty || Raw)
            return 0;
        while (true)
        {
            int count = TakeReplies(buffer);
            if (count > 0)
                return count;
            lock (_readGate)
                count = port.Read(buffer, timeoutNanoseconds);
            if (count == 0)
                return 0;
            count = TakeInterrupts(buffer[..count]);
            if (count > 0)
                return count;
        }
    }

    public override Errno Write(ReadOnlySpan<byte> data, out int count)
    {
        count = data.Length;
        lock (_writeGate)
        {
            _translated.ResetWrittenCount();
            if (!Raw || Mirror is not null)
                Translate(data);
            Mirror?.Invoke(_translated.WrittenSpan);
            if (Raw)
            {
                port.Write(data);
                return Errno.None;
            }
            _output.ResetWrittenCount();
            _tracker.Process(_translated.WrittenSpan, _output, _newReplies);
            if (_output.WrittenCount > 0)
                port.Write(_output.WrittenSpan);
            if (_newReplies.WrittenCount > 0)
                QueueReplies();
        }
        return Errno.None;
    }

    /// <summary>ONLCR of termios(3): a line feed starts a new line.</summary>
    private void Translate(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int end = data.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? data : data[..end];
            _translated.Write(line);
            if (end < 0)
                return;
            _translated.Write("\r\n"u8);
            data = data[(end + 1)..];
        }
    }

    private void QueueReplies()
    {
        lock (_replies)
            foreach (byte value in _newReplies.WrittenSpan)
                _replies.Enqueue(value);
        _newReplies.ResetWrittenCount();
    }

    private int TakeReplies(Span<byte> buffer)
    {
        int count = 0;
        lock (_replies)
            while (count < buffer.Length && _replies.TryDequeue(out byte value))
                buffer[count++] = value;
        return count;
    }

    private int TakeInterrupts(Span<byte> data)
    {
        if (!InterruptOnControlC || data.IndexOf(Interrupt) < 0)
            return data.Length;
        int kept = 0;
        foreach (byte value in data)
            if (value != Interrupt || OnInterrupt?.Invoke() != true)
                data[kept++] = value;
        return kept;
    }
}
