using System.Buffers;
using MicroLake.Abi;

namespace MicroLake.Sdk;

/// <summary>
/// Memory that this process shares with another. Whatever is read there may change at any moment: take a copy first, then look at that.
/// The mapping is there until the object is disposed of, which whoever uses the memory waits for.
/// </summary>
public sealed unsafe class SharedMemory : MemoryManager<byte>
{
    private const ulong PageBytes = 4096;

    private readonly int _length;
    private ulong _start;

    private SharedMemory(ulong start, int length)
    {
        _start = start;
        _length = length;
    }

    /// <summary>New memory of zeros.</summary>
    /// <param name="handle">A handle to it that may travel, for the other side.</param>
    /// <param name="rights">What the other side may do with it.</param>
    /// <exception cref="MessageException">There is no memory, or the process may have no more handles or mappings.</exception>
    public static SharedMemory Create(int length, out Handle handle, HandleRights rights = HandleRights.Read | HandleRights.Write)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        uint made;
        MessageException.ThrowUnlessOk(KernelCall.MemoryCreate(Pages(length), &made));
        using var whole = new Handle(made);
        MessageException.ThrowUnlessOk(TryMap(made, length, out SharedMemory? memory));
        Status status = HandleNumbers.Duplicate(made, out uint given, rights | HandleRights.Transfer);
        if (status != Status.Ok)
            ((IDisposable)memory!).Dispose();
        MessageException.ThrowUnlessOk(status);
        handle = new Handle(given);
        return memory!;
    }

    /// <summary>Maps memory that another process made; the handle is not needed any more afterwards.</summary>
    /// <param name="length">What the other says; the kernel refuses more than there is.</param>
    public static Status TryMap(uint handle, int length, out SharedMemory? memory)
    {
        memory = null;
        if (length <= 0)
            return Status.InvalidArgument;
        ulong start;
        Status status = KernelCall.MemoryMap(handle, 0, Pages(length) * PageBytes, Protection.Read | Protection.Write, &start);
        if (status == Status.Ok)
            memory = new SharedMemory(start, length);
        return status;
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start == 0, this);
        // SAFETY: the mapping is at least that long and is there until this object is disposed of.
        return new Span<byte>((void*)_start, _length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_length);
        ObjectDisposedException.ThrowIf(_start == 0, this);
        return new MemoryHandle((byte*)_start + elementIndex, pinnable: this);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        ulong start = Interlocked.Exchange(ref _start, 0);
        if (start != 0)
            _ = KernelCall.MemoryUnmap(start);
    }

    private static ulong Pages(int length) => ((ulong)length + PageBytes - 1) / PageBytes;
}
