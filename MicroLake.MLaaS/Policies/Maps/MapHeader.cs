using System.Runtime.InteropServices;

namespace MicroLake.Policies.Maps;

/// <summary>A map as programs and helpers know it: fixed memory outside of the collector's heap. A program's reference to a map is this address.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MapHeader
{
    public MapKind Kind;
    public int KeyBytes;
    public int ValueBytes;
    public int Entries;

    /// <summary>Bytes from one value to the next, or of a hash map's slot.</summary>
    public int Stride;

    /// <summary>Arrays that each processor has its own of.</summary>
    public int Processors;

    /// <summary>1 while somebody changes which keys a hash map has.</summary>
    public int Lock;

    /// <summary>Keys that a hash map has.</summary>
    public int Count;

    /// <summary>Slots of a hash map, or bytes of a ring buffer, less one: both are powers of two.</summary>
    public uint Mask;

    /// <summary>Values, slots or the ring's bytes.</summary>
    public byte* Data;

    /// <summary>Address of code that tells which processor this is.</summary>
    public nint Processor;

    /// <summary>Bytes that were ever reserved in a ring buffer.</summary>
    public ulong Produced;

    /// <summary>Bytes that were ever taken out.</summary>
    public ulong Consumed;

    /// <summary>Records that found no room.</summary>
    public ulong Dropped;
}
