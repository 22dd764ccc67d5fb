using System.Runtime.InteropServices;

namespace MicroLake.Drivers;

/// <summary>Where a device finds a piece of memory. The layout is the kernel call's.</summary>
/// <param name="address">As devices address it.</param>
/// <param name="length">Bytes.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct DmaPiece(ulong address, long length)
{
    public ulong Address { get; } = address;

    public long Length { get; } = length;
}
