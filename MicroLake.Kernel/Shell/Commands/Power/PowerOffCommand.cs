namespace MicroLake.Shell.Commands;

[Command("poweroff", "Switches the machine off")]
internal sealed class PowerOffCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        arguments.End();
        context.LeaveFor(PowerAction.PowerOff);
    }
}
