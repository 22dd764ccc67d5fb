namespace MicroLake.Shell;

/// <summary>Makes a class that implements <see cref="ICommand"/> a command of the shell; collected at compile time.</summary>
/// <param name="name">What the user types.</param>
/// <param name="summary">One line for <c>help</c>, without a full stop.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CommandAttribute(string name, string summary) : Attribute
{
    public string Name { get; } = name;

    public string Summary { get; } = summary;

    /// <summary>What follows the name, one form per line, for example <c>[-r] FROM... TO</c>.</summary>
    public string Usage { get; set; } = "";

    /// <summary>More lines for <c>help NAME</c>.</summary>
    public string Details { get; set; } = "";
}

/// <summary>Marks an assembly that has commands, and the generated class that adds them to a set.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class CommandAssemblyAttribute(Type commands) : Attribute
{
    public Type Commands { get; } = commands;
}
