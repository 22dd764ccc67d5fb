namespace MicroLake.Shell.Commands;

[Command("irq", "Lists the interrupts and how often they came", Usage = "[--json]")]
internal sealed class IrqCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        Table table = new(new Column("vector", "vector", AlignRight: true), new Column("kind", "kind"), new Column("count", "count", AlignRight: true), new Column("name", "name"));
        foreach (InterruptInformation interrupt in context.System.Interrupts().OrderBy(interrupt => interrupt.Vector))
            table.Add(interrupt.Vector, interrupt.Kind, interrupt.Count, interrupt.Name);
        table.Write(context, json, "There are no interrupts.");
    }
}
