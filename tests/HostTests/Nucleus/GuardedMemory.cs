using System.Runtime.InteropServices;

namespace MicroLake.HostTests.Nucleus;

/// <summary>
/// Memory slots that each end right before an inaccessible page, so that reading one byte past a slot's data
/// kills the test run instead of going unnoticed.
/// </summary>
internal sealed unsafe class GuardedMemory : IDisposable
{
    private const int PageSize = 4096;
    private const int ProtectNone = 0;
    private const int ProtectReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;

    private readonly byte* _memory;
    private readonly int _slotBytes;
    private readonly int _slots;
    private int _next;

    public GuardedMemory(int slots, int pagesPerSlot)
    {
        _slots = slots;
        _slotBytes = (pagesPerSlot + 1) * PageSize;
        void* memory = mmap(null, (nuint)(_slotBytes * slots), ProtectReadWrite, MapPrivateAnonymous, -1, 0);
        if (memory == (void*)-1)
            throw new OutOfMemoryException();
        _memory = (byte*)memory;
        for (int i = 1; i <= slots; i++)
        {
            if (mprotect(_memory + i * _slotBytes - PageSize, PageSize, ProtectNone) != 0)
                throw new InvalidOperationException("mprotect failed");
        }
    }

    /// <summary>Makes all slots free again.</summary>
    public void Reset() => _next = 0;

    /// <summary>A copy of the bytes that ends at a guard page, or null when no slot is left or it is too small.</summary>
    public byte* Place(ReadOnlySpan<byte> data)
    {
        if (_next == _slots || data.Length > _slotBytes - PageSize)
            return null;
        byte* place = _memory + ++_next * _slotBytes - PageSize - data.Length;
        data.CopyTo(new Span<byte>(place, data.Length));
        return place;
    }

    public void Dispose() => munmap(_memory, (nuint)(_slotBytes * _slots));

    [DllImport("libc")]
    private static extern void* mmap(void* address, nuint length, int protection, int flags, int file, long offset);

    [DllImport("libc")]
    private static extern int munmap(void* address, nuint length);

    [DllImport("libc")]
    private static extern int mprotect(void* address, nuint length, int protection);
}
