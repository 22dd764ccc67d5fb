namespace MicroLake.Shell.Commands;

[Command("sync", "Makes durable what was written to /data")]
internal sealed class SyncCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        arguments.End();
        context.Shell.Services.Get<IDisks>().Synchronize();
    }
}
