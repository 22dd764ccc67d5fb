namespace MicroLake.Shell.Commands;

[Command("pwd", "Prints the current folder")]
internal sealed class PwdCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        arguments.End();
        context.Output.WriteLine(Directory.GetCurrentDirectory());
    }
}
