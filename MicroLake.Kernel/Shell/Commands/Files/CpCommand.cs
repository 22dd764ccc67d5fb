namespace MicroLake.Shell.Commands;

[Command("cp", "Copies files", Usage = "[-r] FROM... TO", Details = "TO is a file name or a folder. -r copies folders with what is in them.")]
internal sealed class CpCommand : ICommand
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool recursive = arguments.Flag("-r", "-R");
        List<string> paths = [arguments.Required("FROM"), arguments.Required("TO"), .. arguments.Rest()];
        string target = paths[^1];
        paths.RemoveAt(paths.Count - 1);
        bool intoFolder = Directory.Exists(target);
        if (paths.Count > 1 && !intoFolder)
            throw new CommandException($"cp: '{Printable.Shorten(target)}' is no folder", "several files can only be copied into a folder");
        foreach (string path in paths)
        {
            FileSystemInfo source = FileArguments.Existing("cp", path);
            string destination = intoFolder ? Path.Combine(target, source.Name) : target;
            if (source is DirectoryInfo folder)
            {
                if (!recursive)
                    throw new CommandException($"cp: '{Printable.Shorten(path)}' is a folder", "add -r to copy it with what is in it");
                CopyFolder(context, folder, new DirectoryInfo(destination));
            }
            else
            {
                CopyFile(context, FileArguments.ExistingFile("cp", path), destination);
            }
        }
    }

    private void CopyFolder(CommandContext context, DirectoryInfo source, DirectoryInfo destination)
    {
        string from = source.FullName.TrimEnd('/') + "/";
        if ((destination.FullName.TrimEnd('/') + "/").StartsWith(from, StringComparison.Ordinal))
            throw new CommandException("cp: a folder cannot be copied into itself", "choose another place");
        destination.Create();
        foreach (FileSystemInfo entry in source.EnumerateFileSystemInfos())
        {
            string target = Path.Combine(destination.FullName, entry.Name);
            if (entry.LinkTarget is { } link)
                CopyLink(target, link);
            else if (entry is DirectoryInfo folder)
                CopyFolder(context, folder, new DirectoryInfo(target));
            else
                CopyFile(context, (FileInfo)entry, target);
        }
    }

    /// <summary>A link inside a folder stays a link, so that one that leads back up cannot make the copy endless.</summary>
    private static void CopyLink(string path, string target)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }

    /// <summary>Copies to a neighbour of the target and renames it, so that a failure leaves the target as it was.</summary>
    private void CopyFile(CommandContext context, FileInfo source, string destination)
    {
        if (Path.GetFullPath(destination) == source.FullName)
            throw new CommandException($"cp: '{Printable.Shorten(destination)}' would be copied onto itself", "choose another name");
        if (File.Exists(destination) && (File.GetAttributes(destination) & FileAttributes.Device) != 0)
        {
            using FileStream device = new(destination, FileMode.Open, FileAccess.Write);
            CopyData(context, source, device);
            return;
        }
        string partial = destination + ".part";
        try
        {
            using (FileStream output = new(partial, FileMode.Create, FileAccess.Write))
                CopyData(context, source, output);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(partial, File.GetUnixFileMode(source.FullName));
            File.Move(partial, destination, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private void CopyData(CommandContext context, FileInfo source, FileStream output)
    {
        using ProgressLine progress = context.Progress(source.Name);
        using FileStream input = source.OpenRead();
        long done = 0;
        while (input.Read(_buffer) is var count and > 0)
        {
            output.Write(_buffer, 0, count);
            progress.Report(done += count, source.Length);
        }
    }
}
