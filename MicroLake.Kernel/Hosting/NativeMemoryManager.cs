using System.Buffers;

namespace MicroLake.Hosting;

/// <summary>Memory that the loader filled, as <see cref="Memory{T}"/>. It is never freed, so nothing has to be pinned.</summary>
internal sealed unsafe class NativeMemoryManager(byte* start, int length) : MemoryManager<byte>
{
    private readonly byte* _start = start;

    // SAFETY: the boot data is mapped for the life of the system and no one else writes it.
    public override Span<byte> GetSpan() => new(_start, length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
