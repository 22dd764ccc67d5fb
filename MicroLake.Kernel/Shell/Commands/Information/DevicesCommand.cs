namespace MicroLake.Shell.Commands;

[Command("devices", "Lists the devices that the kernel drives", Usage = "[--json]")]
internal sealed class DevicesCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        Table table = new(
            new Column("name", "name"), new Column("kind", "kind"), new Column("at", "location"), new Column("state", "state"),
            new Column("driver", "driver"), new Column("queues", "queues", AlignRight: true), new Column("vectors", "interrupts"),
            new Column("features", "features"));
        foreach (DeviceInformation device in context.System.Devices())
            table.Add(device.Name, device.Kind, device.Location, device.State, TextOrNull(device.Driver), device.Queues,
                TextOrNull(device.Interrupts), TextOrNull(device.Features));
        table.Write(context, json, "There are no devices.");
    }

    private static string? TextOrNull(string text) => text.Length == 0 ? null : text;
}
