namespace MicroLake.Shell;

/// <summary>
/// The keyboard side of a terminal. A thread of its own always reads, so that what is typed while a command runs is
/// kept, and Ctrl-C reaches a running command at once.
/// </summary>
public sealed class TerminalInput
{
    private const byte ControlC = 0x03;

    /// <summary>Most bytes that wait unread; beyond, the terminal has to wait.</summary>
    private const int Capacity = 4 << 20;

    private readonly ITerminal _terminal;
    private readonly object _gate = new();
    private readonly Queue<byte> _waiting = new();
    private Action? _interrupt;
    private bool _ended;

    internal TerminalInput(ITerminal terminal)
    {
        _terminal = terminal;
        new Thread(Pump) { IsBackground = true, Name = "terminal input" }.Start();
    }

    /// <summary>True when a read would not wait.</summary>
    public bool IsReadable
    {
        get
        {
            lock (_gate)
                return _waiting.Count > 0 || _ended;
        }
    }

    internal int TerminalColumns => _terminal.Size.Columns;

    /// <summary>
    /// The next byte; -1 when the time is over, -2 when there will be none any more. A negative timeout waits for ever.
    /// </summary>
    public int Read(TimeSpan timeout)
    {
        lock (_gate)
        {
            long deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
            while (_waiting.Count == 0 && !_ended)
            {
                long left = timeout < TimeSpan.Zero ? Timeout.Infinite : deadline - Environment.TickCount64;
                if (timeout >= TimeSpan.Zero && left <= 0)
                    return -1;
                Monitor.Wait(_gate, (int)left);
            }
            if (_waiting.Count == 0)
                return -2;
            byte value = _waiting.Dequeue();
            if (_waiting.Count == Capacity / 2)
                Monitor.PulseAll(_gate);
            return value;
        }
    }

    /// <summary>Until the result is disposed, Ctrl-C calls the action instead of being read.</summary>
    internal IDisposable Interrupting(Action action)
    {
        lock (_gate)
            _interrupt = action;
        return new Release(this);
    }

    private void Pump()
    {
        byte[] buffer = new byte[4096];
        while (true)
        {
            int count;
            try
            {
                count = _terminal.Read(buffer);
            }
            catch (IOException)
            {
                count = 0;
            }
            if (!Accept(buffer.AsSpan(0, Math.Max(count, 0))))
                return;
        }
    }

    private bool Accept(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            bool interrupted = false;
            Action? interrupt = _interrupt;
            foreach (byte value in data)
            {
                if (value == ControlC && interrupt is not null)
                {
                    // As a terminal does: what was typed ahead is not meant for what comes after the interrupt.
                    _waiting.Clear();
                    interrupted = true;
                    continue;
                }
                while (_waiting.Count >= Capacity)
                    Monitor.Wait(_gate);
                _waiting.Enqueue(value);
            }
            _ended = data.IsEmpty;
            Monitor.PulseAll(_gate);
            // Within the lock: who asked for the call takes it back under the same lock, so none comes after that. The action
            // may be gone if the buffer was full and its command ended meanwhile.
            if (interrupted && _interrupt == interrupt)
                interrupt!();
        }
        return !data.IsEmpty;
    }

    private sealed class Release(TerminalInput owner) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
                owner._interrupt = null;
        }
    }
}
