namespace MicroLake.Shell.Commands;

[Command("cp", "Copies files", Usage = "[-r] FROM... TO", Details = "TO is a file name or a folder. -r copies folders with what is in them.")]
internal sealed class CpCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool recursive = arguments.Flag("-r", "-R");
        List<string> paths = [arguments.Required("FROM"), arguments.Required("TO"), .. arguments.Rest()];
        string target = paths[^1];
        paths.RemoveAt(paths.Count - 1);
        FileCopier copier = new("cp", context);
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
                copier.CopyFolder(folder, new DirectoryInfo(destination));
            }
            else
            {
                copier.CopyFile(FileArguments.ExistingFile("cp", path), destination);
            }
        }
    }
}
