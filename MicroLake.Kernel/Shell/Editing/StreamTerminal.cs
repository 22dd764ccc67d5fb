using MicroLake.Files;

namespace MicroLake.Shell;

/// <summary>A terminal over streams of bytes.</summary>
public sealed class StreamTerminal(Stream input, Stream output, Func<TerminalSize> getSize, Action<TerminalSize>? setSize = null) : ITerminal
{
    public TerminalSize Size => getSize();

    /// <summary>
    /// A terminal device such as <c>/dev/tty</c>. The streams of <see cref="Console"/> will not do: on a terminal the
    /// input stream edits and echoes lines by itself.
    /// </summary>
    public static StreamTerminal Open(string device, Func<TerminalSize> getSize, Action<TerminalSize>? setSize = null)
    {
        FileStream stream = new(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        return new StreamTerminal(stream, stream, getSize, setSize);
    }

    public int Read(Span<byte> buffer) => input.Read(buffer);

    public void Write(ReadOnlySpan<byte> data)
    {
        output.Write(data);
        output.Flush();
    }

    public void LearnSize(TerminalSize size) => setSize?.Invoke(size);
}
