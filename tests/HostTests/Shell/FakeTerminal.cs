using System.Collections.Concurrent;
using System.Text;
using MicroLake.Files;
using MicroLake.Shell;

namespace MicroLake.HostTests.Shell;

/// <summary>A terminal whose keyboard is a queue and whose screen is a text.</summary>
internal sealed class FakeTerminal : ITerminal
{
    private readonly BlockingCollection<byte[]> _keys = [];
    private readonly MemoryStream _screen = new();
    private byte[] _rest = [];

    public TerminalSize Size { get; set; } = new(80, 25);

    public long BytesWritten { get; private set; }

    public string Screen
    {
        get
        {
            lock (_screen)
                return Encoding.UTF8.GetString(_screen.ToArray());
        }
    }

    public FakeTerminal Type(string text) => Type(Encoding.UTF8.GetBytes(text));

    public FakeTerminal Type(byte[] bytes)
    {
        _keys.Add(bytes);
        return this;
    }

    public void HangUp() => _keys.CompleteAdding();

    public void LearnSize(TerminalSize size) => Size = size;

    public int Read(Span<byte> buffer)
    {
        while (_rest.Length == 0)
            if (!_keys.TryTake(out _rest!, Timeout.Infinite))
            {
                _rest = [];
                return 0;
            }
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.AsSpan(0, count).CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        lock (_screen)
        {
            BytesWritten += data.Length;
            _screen.Write(data);
            Monitor.PulseAll(_screen);
        }
    }

    /// <summary>Waits until the screen holds a text; the limit only ends a test that would fail anyway.</summary>
    public void WaitFor(string text)
    {
        lock (_screen)
            while (!Encoding.UTF8.GetString(_screen.ToArray()).Contains(text))
                if (!Monitor.Wait(_screen, TimeSpan.FromSeconds(60)))
                    throw new TimeoutException($"The screen never showed '{text}': {Encoding.UTF8.GetString(_screen.ToArray())}");
    }
}
