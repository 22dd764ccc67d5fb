namespace MicroLake.Shell.Commands;

[Command("rm", "Removes files", Usage = "[-r] [-f] PATH...", Details = "-r removes folders with what is in them; -f does not mind what is not there.")]
internal sealed class RmCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool both = arguments.Flag("-rf", "-fr");
        bool recursive = arguments.Flag("-r", "-R") || both;
        bool force = arguments.Flag("-f") || both;
        IReadOnlyList<string> paths = [arguments.Required("PATH"), .. arguments.Rest()];
        foreach (string path in paths)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            FileSystemInfo entry;
            try
            {
                entry = FileArguments.Existing("rm", path);
            }
            catch (CommandException) when (force && path.Length > 0)
            {
                continue;
            }
            if (entry is not DirectoryInfo folder || entry.LinkTarget is not null)
                File.Delete(path);
            else if (recursive)
                folder.Delete(recursive: true);
            else
                throw new CommandException($"rm: '{Printable.Shorten(path)}' is a folder", "add -r to remove it with what is in it");
        }
    }
}
