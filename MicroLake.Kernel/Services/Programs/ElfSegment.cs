using MicroLake.Abi;

namespace MicroLake.Services.Programs;

/// <summary>A part of a program that is loaded (PT_LOAD).</summary>
/// <param name="Address">First address, before the program's base is added.</param>
/// <param name="MemoryBytes">Bytes in memory; what the file does not give is zero.</param>
/// <param name="Data">The bytes that the file gives.</param>
/// <param name="Protection">What the program may do with it.</param>
public readonly record struct ElfSegment(ulong Address, ulong MemoryBytes, ReadOnlyMemory<byte> Data, Protection Protection)
{
    public ulong End => Address + MemoryBytes;
}
