namespace MicroLake.Shell.Commands;

[Command("mkdir", "Makes folders", Usage = "[-p] FOLDER...", Details = "-p also makes the folders above, and does not mind what is there already.")]
internal sealed class MkdirCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool parents = arguments.Flag("-p");
        IReadOnlyList<string> paths = [arguments.Required("FOLDER"), .. arguments.Rest()];
        foreach (string path in paths)
        {
            if (!parents && (File.Exists(path) || Directory.Exists(path)))
                throw new CommandException($"mkdir: '{Printable.Shorten(path)}' is there already", "choose another name");
            if (!parents && Path.GetDirectoryName(Path.GetFullPath(path)) is { } above && !Directory.Exists(above))
                throw new CommandException($"mkdir: there is no folder '{Printable.Shorten(above)}'", "add -p to make it, too");
            Directory.CreateDirectory(path);
        }
    }

    public IEnumerable<string> Complete(CompletionRequest request) => PathCompletion.Complete(request.Partial, foldersOnly: true);
}
