namespace MicroLake.Sdk;

/// <summary>The version of the contract that a method came with; 1 where it is not given.</summary>
/// <param name="version">At most the contract's.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SinceAttribute(int version) : Attribute
{
    public int Version { get; } = version;
}
