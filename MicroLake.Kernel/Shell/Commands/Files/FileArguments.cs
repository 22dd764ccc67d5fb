namespace MicroLake.Shell.Commands;

/// <summary>Checks on paths that several commands make, with messages that say what to do.</summary>
internal static class FileArguments
{
    /// <summary>What is at a path: a folder or a file.</summary>
    /// <exception cref="CommandException">There is nothing.</exception>
    public static FileSystemInfo Existing(string command, string path)
    {
        if (path.Length == 0)
            throw new CommandException($"{command}: the path is empty", "name a file or folder", CommandException.Usage);
        if (Directory.Exists(path))
            return new DirectoryInfo(path);
        FileInfo file = new(path);
        // A dangling link exists, too, though what it leads to does not.
        if (file.Exists || file.LinkTarget is not null)
            return file;
        throw new CommandException($"{command}: there is no file or folder '{Printable.Shorten(path)}'", "see ls for what is there");
    }

    /// <summary>A file that can be read.</summary>
    public static FileInfo ExistingFile(string command, string path) => Existing(command, path) switch
    {
        FileInfo { Exists: true } file => file,
        FileInfo => throw new CommandException($"{command}: '{Printable.Shorten(path)}' is a link to nothing", "see ls -l for where it leads"),
        _ => throw new CommandException($"{command}: '{Printable.Shorten(path)}' is a folder", "name a file in it"),
    };
}
