namespace MicroLake.Shell.Commands;

[Command("df", "Lists what is mounted where, and the room there", Usage = "[--json] [PATH...]", Details = "With paths only what these lie in.")]
internal sealed class DfCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        IReadOnlyList<string> paths = arguments.Rest();
        foreach (string path in paths)
            _ = FileArguments.Existing("df", path);
        DriveInfo[] all = [.. DriveInfo.GetDrives().OrderBy(drive => drive.Name, StringComparer.Ordinal)];
        var table = new Table(new Column("mounted at", "path"), new Column("type", "type"),
            new Column("size", "size", AlignRight: true), new Column("used", "used", AlignRight: true), new Column("free", "free", AlignRight: true));
        foreach (DriveInfo drive in all)
        {
            if (paths.Count > 0 && !paths.Any(path => Holder(all, path) == drive))
                continue;
            // Some have no size: devices, and what the system itself provides.
            long size = drive.TotalSize, free = drive.AvailableFreeSpace;
            table.Add(drive.Name, drive.DriveFormat, Cell.Bytes(size), Cell.Bytes(size - free), Cell.Bytes(free));
        }

        table.Write(context, json);
    }

    /// <summary>What a path lies in: the mount with the longest name that the path begins with.</summary>
    private static DriveInfo? Holder(DriveInfo[] drives, string path)
    {
        string full = Path.GetFullPath(path) + "/";
        DriveInfo? holder = null;
        foreach (DriveInfo drive in drives)
            if (full.StartsWith(drive.Name.TrimEnd('/') + "/", StringComparison.Ordinal) && drive.Name.Length > (holder?.Name.Length ?? 0))
                holder = drive;
        return holder;
    }
}
