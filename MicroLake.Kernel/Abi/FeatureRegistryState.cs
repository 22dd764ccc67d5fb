namespace MicroLake.Abi;

/// <summary>A feature registry as it is now.</summary>
public unsafe struct FeatureRegistryState
{
    public const int NameBytes = 32;

    /// <summary>By which kernel calls name it.</summary>
    public uint Handle;

    public uint Fields;

    /// <summary>Values of a vector.</summary>
    public uint Values;

    /// <summary>Rings, one a processor.</summary>
    public uint Rings;

    /// <summary>Vectors that each ring keeps.</summary>
    public ulong Capacity;

    /// <summary>Captures begun since the registry was made, and of these those that found no place.</summary>
    public ulong Begun, Dropped;

    /// <summary>Vectors that younger ones have overwritten.</summary>
    public ulong Overwritten;

    /// <summary>When it was made, nanoseconds since the boot.</summary>
    public ulong CreatedAt;

    /// <summary>UTF-8, ended by a zero byte unless it fills the field.</summary>
    public fixed byte Name[NameBytes];
}
