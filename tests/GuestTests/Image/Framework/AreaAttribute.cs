namespace MicroLake.GuestTests;

/// <summary>The row of the ".NET support" table that a class of tests stands for.</summary>
/// <param name="name">As the table shows it.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AreaAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>
    /// False for what this system does not have. Such tests hold that using it ends in a clear exception, in the guest; the
    /// text that they return says what happens.
    /// </summary>
    public bool Works { get; init; } = true;
}
