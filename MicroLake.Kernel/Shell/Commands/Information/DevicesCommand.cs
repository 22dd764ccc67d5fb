namespace MicroLake.Shell.Commands;

[Command("devices", "Lists the devices that the kernel drives", Usage = "[--json]")]
internal sealed class DevicesCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        Table table = new(new Column("name", "name"), new Column("kind", "kind"), new Column("at", "location"), new Column("state", "state"));
        foreach (DeviceInformation device in context.System.Devices())
            table.Add(device.Name, device.Kind, device.Location, device.State);
        table.Write(context, json, "There are no devices.");
    }
}
