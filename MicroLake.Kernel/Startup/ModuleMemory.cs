using System.Buffers;

namespace MicroLake.Startup;

/// <summary>A module that the boot loader brought, as managed memory. It stays where it is for as long as the kernel runs.</summary>
/// <param name="start">First byte.</param>
/// <param name="length">Length in bytes.</param>
internal sealed unsafe class ModuleMemory(byte* start, int length) : MemoryManager<byte>
{
    /// <summary>The module with this number, or null beyond the last.</summary>
    /// <exception cref="InvalidOperationException">The module is larger than 2 GiB.</exception>
    public static ReadOnlyMemory<byte>? Number(int index)
    {
        ulong size;
        byte* start = KernelCalls.Module(index, &size);
        if (start is null)
            return null;
        if (size > int.MaxValue)
            throw new InvalidOperationException($"Boot module {index} has {size} bytes; at most {int.MaxValue} are possible.");
        return new ModuleMemory(start, (int)size).Memory;
    }

    // SAFETY: start and length come from the kernel, which keeps modules mapped and unchanged.
    public override Span<byte> GetSpan() => new(start, length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
