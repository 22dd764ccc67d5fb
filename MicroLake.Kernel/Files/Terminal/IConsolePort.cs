namespace MicroLake.Files;

/// <summary>The wire below the console: bytes in, bytes out. Safe for one reader and one writer at a time.</summary>
public interface IConsolePort
{
    /// <summary>
    /// Reads what is there, waiting for at least one byte up to the timeout in nanoseconds; a negative timeout waits
    /// for ever, 0 does not wait. Returns the number of bytes, 0 when the time is over.
    /// </summary>
    int Read(Span<byte> buffer, long timeoutNanoseconds);

    /// <summary>Writes everything.</summary>
    void Write(ReadOnlySpan<byte> data);

    /// <summary>True when a read would not wait.</summary>
    bool IsReadable { get; }
}
