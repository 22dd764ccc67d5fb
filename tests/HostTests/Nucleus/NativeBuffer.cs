using System.Runtime.InteropServices;

namespace MicroLake.HostTests.Nucleus;

/// <summary>Page-aligned native memory for the unmanaged structures under test, filled with garbage unless zeroed.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    public NativeBuffer(ulong bytes, byte fill = 0xA5)
    {
        Length = bytes;
        Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), 4096);
        NativeMemory.Fill(Pointer, (nuint)bytes, fill);
    }

    public byte* Pointer { get; }

    public ulong Length { get; }

    public void Dispose() => NativeMemory.AlignedFree(Pointer);
}
