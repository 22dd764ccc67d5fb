namespace MicroLake.Shell.Commands;

[Command("cd", "Changes the current folder", Usage = "[FOLDER]", Details = "Without a folder it goes to /.")]
internal sealed class CdCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        string path = arguments.Optional() ?? "/";
        arguments.End();
        if (FileArguments.Existing("cd", path) is not DirectoryInfo folder)
            throw new CommandException($"cd: '{Printable.Shorten(path)}' is a file", "name a folder");
        Directory.SetCurrentDirectory(folder.FullName);
    }

    public IEnumerable<string> Complete(CompletionRequest request) => PathCompletion.Complete(request.Partial, foldersOnly: true);
}
