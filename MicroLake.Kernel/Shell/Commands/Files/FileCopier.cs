namespace MicroLake.Shell.Commands;

/// <summary>Copies files, and folders with what is in them.</summary>
/// <param name="command">Who copies, for messages.</param>
internal sealed class FileCopier(string command, CommandContext context)
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public void CopyFolder(DirectoryInfo source, DirectoryInfo destination)
    {
        string from = source.FullName.TrimEnd('/') + "/";
        if ((destination.FullName.TrimEnd('/') + "/").StartsWith(from, StringComparison.Ordinal))
            throw new CommandException($"{command}: a folder cannot be copied into itself", "choose another place");
        destination.Create();
        foreach (FileSystemInfo entry in source.EnumerateFileSystemInfos())
        {
            string target = Path.Combine(destination.FullName, entry.Name);
            if (entry.LinkTarget is { } link)
                CopyLink(target, link);
            else if (entry is DirectoryInfo folder)
                CopyFolder(folder, new DirectoryInfo(target));
            else
                CopyFile((FileInfo)entry, target);
        }
    }

    /// <summary>A link inside a folder stays a link, so that one that leads back up cannot make the copy endless.</summary>
    private static void CopyLink(string path, string target)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }

    /// <summary>Copies to a neighbour of the target and renames it, so that a failure leaves the target as it was.</summary>
    public void CopyFile(FileInfo source, string destination)
    {
        if (Path.GetFullPath(destination) == source.FullName)
            throw new CommandException($"{command}: '{Printable.Shorten(destination)}' would be copied onto itself", "choose another name");
        if (IsDevice(destination))
        {
            using FileStream device = new(destination, FileMode.Open, FileAccess.Write);
            CopyData(source, device);
            return;
        }
        string partial = destination + ".part";
        try
        {
            using (FileStream output = new(partial, FileMode.Create, FileAccess.Write))
                CopyData(source, output);
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

    /// <summary>.NET does not tell devices from files on Unix; they have a folder of their own.</summary>
    private static bool IsDevice(string path) => File.Exists(path) && Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal);

    private void CopyData(FileInfo source, FileStream output)
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
