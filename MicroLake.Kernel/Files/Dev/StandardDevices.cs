namespace MicroLake.Files;

/// <summary>Swallows what is written; reads as empty (null(4)).</summary>
internal sealed class NullDevice : CharacterDevice
{
    public override Errno Read(Span<byte> buffer, out int count)
    {
        count = 0;
        return Errno.None;
    }

    public override Errno Write(ReadOnlySpan<byte> data, out int count)
    {
        count = data.Length;
        return Errno.None;
    }
}

/// <summary>Swallows what is written; reads as endless zero bytes (zero(4)).</summary>
internal sealed class ZeroDevice : CharacterDevice
{
    public override Errno Read(Span<byte> buffer, out int count)
    {
        buffer.Clear();
        count = buffer.Length;
        return Errno.None;
    }

    public override Errno Write(ReadOnlySpan<byte> data, out int count)
    {
        count = data.Length;
        return Errno.None;
    }
}

/// <summary>Reads as random bytes from the system's generator (random(4)); swallows what is written.</summary>
internal sealed class RandomDevice(RandomFill fill) : CharacterDevice
{
    public override Errno Read(Span<byte> buffer, out int count)
    {
        fill(buffer);
        count = buffer.Length;
        return Errno.None;
    }

    public override Errno Write(ReadOnlySpan<byte> data, out int count)
    {
        count = data.Length;
        return Errno.None;
    }
}
