namespace MicroLake.Shell.Commands;

[Command("mv", "Moves or renames files and folders", Usage = "FROM... TO", Details = "TO is a name, which what has it loses, or a folder.")]
internal sealed class MvCommand : ICommand
{
    /// <summary>EXDEV, which .NET keeps as the HResult of an IOException on Unix.</summary>
    private const int OtherFileSystem = 18;

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        List<string> paths = [arguments.Required("FROM"), arguments.Required("TO"), .. arguments.Rest()];
        string target = paths[^1];
        paths.RemoveAt(paths.Count - 1);
        bool intoFolder = Directory.Exists(target);
        if (paths.Count > 1 && !intoFolder)
            throw new CommandException($"mv: '{Printable.Shorten(target)}' is no folder", "several files can only be moved into a folder");
        foreach (string path in paths)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            FileSystemInfo source = FileArguments.Existing("mv", path);
            string destination = Path.GetFullPath(intoFolder ? Path.Combine(target, source.Name) : target);
            if (destination == source.FullName.TrimEnd('/'))
                throw new CommandException($"mv: '{Printable.Shorten(path)}' would be moved onto itself", "choose another name");
            if (source is DirectoryInfo { LinkTarget: null } folder)
                MoveFolder(context, folder, destination);
            else
                MoveFile(source.FullName, destination);
        }
    }

    private static void MoveFolder(CommandContext context, DirectoryInfo source, string destination)
    {
        if (File.Exists(destination))
            throw new CommandException($"mv: '{Printable.Shorten(destination)}' is a file", "name a folder, or remove it before");
        // A folder of that name gives way where it is empty, as rename(2) has it.
        if (Directory.Exists(destination))
            Directory.Delete(destination);
        try
        {
            Directory.Move(source.FullName, destination);
        }
        catch (IOException error) when (error.HResult == OtherFileSystem)
        {
            new FileCopier("mv", context).CopyFolder(source, new DirectoryInfo(destination));
            source.Delete(recursive: true);
        }
    }

    /// <summary>Moves to a neighbour of the target first: between file systems that is a copy, whose failure leaves both as they were.</summary>
    private static void MoveFile(string source, string destination)
    {
        string partial = destination + ".part";
        try
        {
            File.Move(source, partial, overwrite: true);
        }
        catch
        {
            if (File.Exists(source))
                File.Delete(partial);
            throw;
        }

        try
        {
            File.Move(partial, destination, overwrite: true);
        }
        catch
        {
            File.Move(partial, source);
            throw;
        }
    }
}
