using System.Runtime.InteropServices;

namespace MicroLake.Nn;

/// <summary>Zeroed memory that never moves and starts on a cache line, followed by a cache line of slack that kernels may
/// read and write beyond the end.</summary>
internal sealed unsafe class AlignedBuffer
{
    public const int Alignment = 64;

    private readonly byte[] _array;

    public AlignedBuffer(int bytes)
    {
        Length = bytes;
        _array = GC.AllocateArray<byte>(checked(bytes + 2 * Alignment), pinned: true);
        // SAFETY: a pinned array keeps its address for as long as this object, which holds it, is reachable.
        nint start = (nint)Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        Address = (byte*)((start + Alignment - 1) & ~(nint)(Alignment - 1));
    }

    public int Length { get; }

    public byte* Address { get; }

    public Span<byte> Bytes => new(Address, Length);

    public Span<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);
}
