namespace MicroLake.Sdk;

/// <summary>
/// Makes an interface a contract between a client and a server: at compile time it gets a class <c>...Client</c> that calls and a class
/// <c>...Server</c> that checks what arrives and calls an implementation. Methods are numbered as they stand: new ones go to the end, with
/// <see cref="SinceAttribute"/> and a higher version. A server serves clients of its own version and of earlier ones.
/// </summary>
/// <param name="name">The same on both sides; a message of another contract is refused.</param>
/// <param name="version">From 1 to 65535.</param>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class ContractAttribute(string name, int version) : Attribute
{
    public string Name { get; } = name;

    public int Version { get; } = version;
}
