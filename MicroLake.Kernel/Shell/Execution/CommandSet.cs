namespace MicroLake.Shell;

/// <summary>All commands by name, filled when the system is put together.</summary>
public sealed class CommandSet
{
    private readonly SortedDictionary<string, CommandDescriptor> _commands = new(StringComparer.Ordinal);

    public IReadOnlyCollection<CommandDescriptor> All => _commands.Values;

    public IReadOnlyCollection<string> Names => _commands.Keys;

    /// <exception cref="ArgumentException">Two commands have the same name.</exception>
    public void Add(CommandDescriptor command) => _commands.Add(command.Name, command);

    public CommandDescriptor? Find(string name) => _commands.GetValueOrDefault(name);

    /// <summary>The command whose name is nearest to what was typed; null when none is near.</summary>
    public CommandDescriptor? Nearest(string typed)
    {
        if (typed.Length > 40)
            return null;
        (CommandDescriptor Command, int Distance)? best = null;
        foreach (CommandDescriptor command in _commands.Values)
        {
            int distance = EditDistance.Between(typed.ToLowerInvariant(), command.Name);
            if (distance <= Math.Max(1, command.Name.Length / 3) && (best is null || distance < best.Value.Distance))
                best = (command, distance);
        }
        return best?.Command ?? _commands.Values.FirstOrDefault(c => typed.Length > 1 && c.Name.StartsWith(typed, StringComparison.Ordinal));
    }
}
