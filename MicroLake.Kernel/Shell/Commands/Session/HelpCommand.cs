namespace MicroLake.Shell.Commands;

[Command("help", "Lists the commands, or explains one", Usage = "[COMMAND] [--json]")]
internal sealed class HelpCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        string? name = arguments.Optional();
        arguments.End();
        if (name is null)
            List(context, json);
        else
            Explain(context, name);
    }

    public IEnumerable<string> Complete(CompletionRequest request) => request.Shell.Commands.Names;

    private static void List(CommandContext context, bool json)
    {
        Table table = new(new Column("command", "name"), new Column("does", "summary"));
        foreach (CommandDescriptor command in context.Shell.Commands.All)
            table.Add(command.Name, command.Summary);
        table.Write(context, json);
        if (!json)
            context.Output.WriteLine("\nhelp COMMAND explains one. Tab completes, arrows and Ctrl-R find earlier lines; ; stands between commands.");
    }

    private static void Explain(CommandContext context, string name)
    {
        if (context.Shell.Commands.Find(name) is not { } command)
        {
            string advice = context.Shell.Commands.Nearest(name) is { } near ? $"did you mean {near.Name}?" : "type help for a list";
            throw new CommandException($"there is no command '{Printable.Shorten(name)}'", advice);
        }
        context.Output.WriteLine($"{command.Name}: {command.Summary}.");
        foreach (string form in command.Forms)
            context.Output.WriteLine($"  {form}");
        if (command.Details.Length > 0)
            context.Output.WriteLine(command.Details);
    }
}
