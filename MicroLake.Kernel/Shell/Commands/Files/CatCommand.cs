namespace MicroLake.Shell.Commands;

[Command("cat", "Prints files as they are", Usage = "FILE...")]
internal sealed class CatCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        IReadOnlyList<string> paths = [arguments.Required("FILE"), .. arguments.Rest()];
        byte[] buffer = new byte[32 * 1024];
        foreach (string path in paths)
        {
            using FileStream file = FileArguments.ExistingFile("cat", path).OpenRead();
            while (file.Read(buffer) is var count and > 0)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                context.WriteBytes(buffer.AsSpan(0, count));
            }
        }
    }
}
