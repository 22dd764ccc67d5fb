using MicroLake.Abi;

namespace MicroLake.Nucleus.Memory;

/// <summary>A reserved range of virtual addresses [Start, End), page-aligned, with one protection and one kind.</summary>
public struct Region
{
    /// <summary>First address.</summary>
    public ulong Start;

    /// <summary>First address after the range.</summary>
    public ulong End;

    /// <summary>What may be done to it.</summary>
    public Protection Protection;

    /// <summary>What the range is for; only its owner knows the meaning. Regions of different kinds never merge.</summary>
    public uint Kind;

    /// <summary>Bytes.</summary>
    public readonly ulong Length => End - Start;
}
