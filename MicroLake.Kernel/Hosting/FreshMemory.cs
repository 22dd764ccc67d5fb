using MicroLake.Abi;

namespace MicroLake.Hosting;

/// <summary>Pages outside of the managed heap that get their page frames when they are touched.</summary>
public sealed unsafe class FreshMemory : IDisposable
{
    private const int PageBytes = 4096;

    private readonly ulong _start;
    private readonly ulong _length;

    /// <param name="pages">How many pages of 4 KiB.</param>
    /// <exception cref="OutOfMemoryException">There is no room for them.</exception>
    public FreshMemory(int pages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pages, 1);
        _length = (ulong)pages * PageBytes;
        ulong start;
        if (KernelCall.MemoryReserve(_length, PageBytes, Protection.Read | Protection.Write, 0, &start) != Status.Ok)
            throw new OutOfMemoryException($"There is no room for {pages} pages.");
        _start = start;
    }

    /// <summary>Writes to every page.</summary>
    public void Touch()
    {
        for (ulong at = 0; at < _length; at += PageBytes)
            Volatile.Write(ref *(byte*)(_start + at), 1);
    }

    /// <summary>Gives the page frames back: the next touch gets new ones.</summary>
    public void Discard() => _ = KernelCall.MemoryDiscard(_start, _length);

    public void Dispose() => _ = KernelCall.MemoryRelease(_start, _length);
}
