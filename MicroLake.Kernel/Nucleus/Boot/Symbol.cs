using System;
using System.Runtime.InteropServices;

namespace MicroLake.Nucleus.Boot;

/// <summary>A function of the kernel image that holds an address.</summary>
public unsafe struct Symbol
{
    /// <summary>First byte of the name, UTF-8, inside the symbol table.</summary>
    public byte* NameBytes;

    /// <summary>Bytes of the name.</summary>
    public uint NameLength;

    /// <summary>1 for code of the nucleus or the platform layer.</summary>
    public byte IsNucleus;

    /// <summary>Address of the function.</summary>
    public ulong Start;

    /// <summary>Bytes from the function's start to the address looked up.</summary>
    public ulong Offset;

    /// <summary>The name, UTF-8.</summary>
    public readonly ReadOnlySpan<byte> Name => MemoryMarshal.CreateReadOnlySpan(ref *NameBytes, (int)NameLength);
}
