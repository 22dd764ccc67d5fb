namespace MicroLake.Shell.Commands;

[Command("touch", "Sets the times of files to now", Usage = "[-c] FILE...", Details = "What is not there is made, an empty file; with -c it is not.")]
internal sealed class TouchCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool existingOnly = arguments.Flag("-c");
        IReadOnlyList<string> paths = [arguments.Required("FILE"), .. arguments.Rest()];
        foreach (string path in paths)
        {
            DateTime now = DateTime.UtcNow;
            if (Path.Exists(path))
            {
                File.SetLastAccessTimeUtc(path, now);
                File.SetLastWriteTimeUtc(path, now);
            }
            else if (!existingOnly)
            {
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            }
        }
    }
}
