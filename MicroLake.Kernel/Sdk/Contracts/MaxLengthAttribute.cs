namespace MicroLake.Sdk;

/// <summary>The most bytes of a text (as UTF-8) or of a run of bytes in a contract; both sides hold to it.</summary>
/// <param name="bytes">From 1 to 1 MiB.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
public sealed class MaxLengthAttribute(int bytes) : Attribute
{
    public int Bytes { get; } = bytes;
}
