namespace MicroLake.Abi;

/// <summary>Head of a feature vector; its values, 64 bits each, follow.</summary>
public struct FeatureVector
{
    public const int Bytes = 32;

    /// <summary>Bytes of a vector with its values, which take whole groups of four.</summary>
    public static int StrideOf(int values) => Bytes + ((values + 3) & ~3) * sizeof(long);

    /// <summary>Twice the vector's number in its ring, from 1 on; odd while it is captured; 0: there is none.</summary>
    public ulong Sequence;

    /// <summary>Time-stamp counter when the capture began and when it was committed; nanoseconds since the boot to those who read vectors.</summary>
    public ulong BegunAt, CommittedAt;

    /// <summary>The ring, which is that of the processor where the capture began.</summary>
    public uint Ring;

    public uint Padding;
}
