namespace MicroLake.Files;

/// <summary>A device in <c>/dev</c> that is read and written as a stream of bytes. Safe for use by several threads.</summary>
public abstract class CharacterDevice
{
    public virtual bool IsTerminal => false;

    /// <summary>Reads up to the buffer's length; blocks until at least one byte is there or the stream ends.</summary>
    public abstract Errno Read(Span<byte> buffer, out int count);

    public abstract Errno Write(ReadOnlySpan<byte> data, out int count);
}
