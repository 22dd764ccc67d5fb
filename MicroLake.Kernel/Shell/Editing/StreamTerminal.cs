using MicroLake.Files;

namespace MicroLake.Shell;

/// <summary>A terminal over streams, for example <c>/dev/tty</c>.</summary>
public sealed class StreamTerminal(Stream input, Stream output, Func<TerminalSize> size) : ITerminal
{
    public TerminalSize Size => size();

    public int Read(Span<byte> buffer) => input.Read(buffer);

    public void Write(ReadOnlySpan<byte> data)
    {
        output.Write(data);
        output.Flush();
    }
}
