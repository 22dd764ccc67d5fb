namespace MicroLake.Shell.Commands;

[Command("version", "Shows what runs here", Usage = "[--json]")]
internal sealed class VersionCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        SystemIdentity identity = context.System.Identity;
        Table table = new(new Column("part", "name"), new Column("is", "value"));
        table.Add("MicroLake", identity.Version);
        table.Add("runtime", identity.Runtime);
        table.Add("machine", identity.Machine);
        table.Add("processor", identity.Processor);
        table.Add("processors", identity.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture));
        table.Add("features", identity.Features);
        table.Write(context, json);
    }
}
