using System.Globalization;

namespace MicroLake.Shell.Commands;

[Command("ls", "Lists files and folders", Usage = "[-l] [-a] [--json] [PATH...]",
    Details = "-l shows kind, size and time; -a also names that begin with a dot. A slash marks a folder. --json says of each entry in which folder it is.")]
internal sealed class LsCommand : ICommand
{
    private static readonly Column[] s_columns =
    [
        new("kind", "kind"), new("size", "size", AlignRight: true), new("modified (UTC)", "modified"), new("name", "name"),
    ];

    private bool _long;
    private bool _all;
    private bool _json;

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        _long = arguments.Flag("-l");
        _all = arguments.Flag("-a");
        if (arguments.Flag("-la", "-al"))
            _long = _all = true;
        _json = arguments.Flag("--json");
        IReadOnlyList<string> paths = arguments.Rest();
        if (paths.Count == 0)
            paths = ["."];
        if (_json)
        {
            WriteJson(context, paths);
            return;
        }
        foreach (string path in paths)
        {
            FileSystemInfo[] entries = Entries(path);
            if (paths.Count > 1)
                context.Output.WriteLine($"{path}:");
            Write(context, entries);
        }
    }

    private void WriteJson(CommandContext context, IReadOnlyList<string> paths)
    {
        var table = new Table([new Column("folder", "folder"), .. s_columns]);
        foreach (string path in paths)
        {
            foreach (FileSystemInfo entry in Entries(path))
                table.Add([Path.GetDirectoryName(entry.FullName), .. Cells(entry)]);
        }
        table.Write(context, json: true);
    }

    private FileSystemInfo[] Entries(string path)
    {
        if (FileArguments.Existing("ls", path) is not DirectoryInfo folder)
            return [new FileInfo(path)];
        return [.. folder.EnumerateFileSystemInfos()
            .Where(entry => _all || !entry.Name.StartsWith('.'))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    private void Write(CommandContext context, FileSystemInfo[] entries)
    {
        if (_long)
        {
            var table = new Table(s_columns);
            foreach (FileSystemInfo entry in entries)
                table.Add(Cells(entry));
            if (entries.Length > 0)
                table.Write(context, json: false);
        }
        else if (entries.Length > 0)
        {
            string[] names = Array.ConvertAll(entries, Decorate);
            context.Output.Write(context.IsTerminal ? ColumnList.Format(names, context.TerminalWidth) : string.Join('\n', names) + "\n");
        }
    }

    private static Cell[] Cells(FileSystemInfo entry)
    {
        string time = entry.LastWriteTimeUtc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string kind = entry.LinkTarget is not null ? "link" : IsFolder(entry) ? "folder" : IsDevice(entry) ? "device" : "file";
        string name = entry.LinkTarget is { } target ? $"{entry.Name} -> {target}" : Decorate(entry);
        return [kind, Cell.Bytes(entry is FileInfo { Exists: true } file && !IsFolder(entry) ? file.Length : 0), time, Cell.Shown(name, entry.Name)];
    }

    private static string Decorate(FileSystemInfo entry) => IsFolder(entry) ? entry.Name + "/" : entry.Name;

    private static bool IsFolder(FileSystemInfo entry) => entry is DirectoryInfo;

    private static bool IsDevice(FileSystemInfo entry) => entry.Exists && (entry.Attributes & FileAttributes.Device) != 0;
}
