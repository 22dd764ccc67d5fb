namespace MicroLake.Abi;

/// <summary>One feature of a registry: what a vector holds of it.</summary>
public unsafe struct FeatureField
{
    public const int NameBytes = 24;

    /// <summary>Bytes of a description.</summary>
    public const int Bytes = 36;

    /// <summary>Most fields of a registry.</summary>
    public const int Maximum = 32;

    /// <summary>Most elements of a field's array.</summary>
    public const int MaxElements = 32;

    /// <summary>Longest history of a field.</summary>
    public const int MaxHistory = 64;

    /// <summary>UTF-8, ended by a zero byte unless it fills the field.</summary>
    public fixed byte Name[NameBytes];

    public FeatureKind Kind;

    /// <summary>Values in a vector: 1, or the length of an array.</summary>
    public ushort Elements;

    /// <summary>How many of the last vectors' values a reader gets for each vector, its own first; 1: its own alone.</summary>
    public ushort History;

    /// <summary>The first value's place in a vector. The registry sets it.</summary>
    public uint Offset;
}
