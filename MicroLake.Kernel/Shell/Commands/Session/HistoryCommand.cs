namespace MicroLake.Shell.Commands;

[Command("history", "Lists the lines entered before", Usage = "[-c] [--json]", Details = "-c forgets them.")]
internal sealed class HistoryCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        bool clear = arguments.Flag("-c");
        arguments.End();
        if (clear)
        {
            context.Shell.History.Clear();
            return;
        }
        Table table = new(new Column("number", "number", AlignRight: true), new Column("line", "line"));
        int number = 0;
        foreach (string line in context.Shell.History.Lines)
            table.Add(++number, line);
        table.Write(context, json, "Nothing was entered yet.");
    }
}
