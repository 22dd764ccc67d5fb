namespace MicroLake.Shell.Commands;

[Command("echo", "Prints its arguments", Usage = "[-n] [WORD...]", Details = "-n leaves out the line end.")]
internal sealed class EchoCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool plain = arguments.Flag("-n");
        context.Output.Write(string.Join(' ', arguments.Rest()));
        if (!plain)
            context.Output.WriteLine();
    }
}
