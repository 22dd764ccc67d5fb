namespace MicroLake.Abi;

/// <summary>What the values of a feature are. Each takes 64 bits.</summary>
public enum FeatureKind : ushort
{
    /// <summary>A signed integer; 0 in a vector where it is not captured.</summary>
    Integer = 0,

    /// <summary>An IEEE 754 binary64 number; 0 where it is not captured.</summary>
    Float = 1,

    /// <summary>A signed integer that increments change and that keeps its value from vector to vector.</summary>
    Counter = 2,
}
