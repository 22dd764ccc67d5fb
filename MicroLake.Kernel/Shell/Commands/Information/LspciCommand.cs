namespace MicroLake.Shell.Commands;

[Command("lspci", "Lists the PCI functions", Usage = "[--json]")]
internal sealed class LspciCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        Table table = new(new Column("address", "address"), new Column("vendor", "vendor"), new Column("device", "device"),
            new Column("class", "class"), new Column("driver", "driver"), new Column("what", "description"));
        foreach (PciDeviceInformation device in context.System.PciDevices().OrderBy(device => device.Address, StringComparer.Ordinal))
            table.Add(device.Address, $"{device.VendorId:x4}", $"{device.DeviceId:x4}", $"{device.ClassCode:x6}",
                device.Driver.Length == 0 ? null : device.Driver, device.Description);
        table.Write(context, json, "There are no PCI functions.");
    }
}
