using System.Runtime.InteropServices;

namespace MicroLake.Nn;

/// <summary>Zeroed memory that never moves and starts on a cache line, with <see cref="Slack"/> bytes behind it.</summary>
internal sealed unsafe class AlignedBuffer
{
    public const int Alignment = 64;

    /// <summary>Two of the longest vectors: what a kernel may write behind the end of a value in an arena.</summary>
    public const int Slack = 128;

    private readonly byte[] _array;

    public AlignedBuffer(int bytes)
    {
        Length = bytes;
        _array = GC.AllocateArray<byte>(checked(bytes + Alignment + Slack), pinned: true);
        // SAFETY: a pinned array keeps its address for as long as this object, which holds it, is reachable.
        nint start = (nint)Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        Address = (byte*)((start + Alignment - 1) & ~(nint)(Alignment - 1));
    }

    public int Length { get; }

    public byte* Address { get; }

    public Span<byte> Bytes => new(Address, Length);

    public Span<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);
}
