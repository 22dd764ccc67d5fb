using MicroLake.Files;

namespace MicroLake.Shell;

/// <summary>A terminal as bytes in and bytes out, without echo or line editing of its own.</summary>
public interface ITerminal
{
    TerminalSize Size { get; }

    /// <summary>The terminal itself said how large it is.</summary>
    void LearnSize(TerminalSize size);

    /// <summary>Waits for input; 0 means that there will be no more.</summary>
    int Read(Span<byte> buffer);

    /// <summary>Writes everything; a line feed also returns to the first column.</summary>
    void Write(ReadOnlySpan<byte> data);
}
