namespace MicroLake.Shell.Commands;

[Command("disk", "Lists disks, and formats them for /data", Usage = "disk list [--json] | disk format NAME [--force] | disk cache [--json]",
    Details = "format deletes what the disk holds; --force also where that is a file system of MicroLake. cache shows what the page cache has counted.")]
internal sealed class DiskCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        bool force = arguments.Flag("--force");
        string verb = arguments.Optional() ?? "list";
        IDisks disks = context.Shell.Services.Get<IDisks>();
        switch (verb)
        {
            case "list":
                arguments.End();
                List(disks, context, json);
                break;
            case "cache":
                arguments.End();
                Cache(disks, context, json);
                break;
            case "format":
                string name = arguments.Required("NAME");
                arguments.End();
                disks.Format(name, force);
                break;
            default:
                throw arguments.Error($"'{Printable.Shorten(verb)}' is none of list, format, cache");
        }
    }

    private static void List(IDisks disks, CommandContext context, bool json)
    {
        Table table = new(new Column("name", "name"), new Column("size", "size", true), new Column("free", "free", true), new Column("state", "state"));
        foreach (DiskInformation disk in disks.List())
            table.Add(disk.Name, Cell.Bytes(disk.Size), disk.Free is { } free ? Cell.Bytes(free) : (Cell)(string?)null, disk.State);
        table.Write(context, json, "There are no disks; add one with: ./build.sh run --disk FILE");
    }

    private static void Cache(IDisks disks, CommandContext context, bool json)
    {
        Table table = new(new Column("counter", "counter"), new Column("value", "value", true));
        foreach ((string name, long value) in disks.CacheCounters())
            table.Add(name, value);
        table.Write(context, json, "No disk is mounted.");
    }
}
