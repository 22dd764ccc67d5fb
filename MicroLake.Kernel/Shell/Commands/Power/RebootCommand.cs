namespace MicroLake.Shell.Commands;

[Command("reboot", "Starts the machine again")]
internal sealed class RebootCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        arguments.End();
        context.LeaveFor(PowerAction.Reboot);
    }
}
