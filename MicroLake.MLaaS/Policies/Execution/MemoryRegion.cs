using System.Runtime.InteropServices;

namespace MicroLake.Policies.Execution;

/// <summary>Memory that a program under checks may access. Compiled code reads it: three fields of 64 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct MemoryRegion(ulong start, ulong bytes, bool isWritable)
{
    internal const int SizeBytes = 24;

    public readonly ulong Start = start;
    public readonly ulong Bytes = bytes;
    private readonly ulong _isWritable = isWritable ? 1ul : 0;

    public bool IsWritable => _isWritable != 0;

    /// <summary>Whether all of an access lies inside.</summary>
    public bool Contains(ulong address, ulong length) => address >= Start && address - Start <= Bytes && length <= Bytes - (address - Start);

    /// <summary>Whether all that another allows is allowed by this one.</summary>
    internal bool Holds(MemoryRegion other) => Contains(other.Start, other.Bytes) && (IsWritable || !other.IsWritable);
}
