namespace MicroLake.Shell.Commands;

[Command("clear", "Clears the screen")]
internal sealed class ClearCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        arguments.End();
        context.Output.Write("\e[H\e[2J\e[3J");
    }
}
