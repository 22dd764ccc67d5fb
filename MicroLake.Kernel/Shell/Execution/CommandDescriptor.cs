namespace MicroLake.Shell;

/// <summary>A command as the shell knows it before it runs.</summary>
public sealed record CommandDescriptor(string Name, string Summary, string Usage, string Details, Func<ICommand> Create)
{
    /// <summary>Each form of the call, with the name.</summary>
    public IEnumerable<string> Forms => Array.ConvertAll(Usage.Split('\n'), form => form.Length == 0 ? Name : Name + " " + form);
}
