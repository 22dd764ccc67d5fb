namespace MicroLake.Shell.Commands;

[Command("ps", "Lists the threads", Usage = "[--json]")]
internal sealed class PsCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        ThreadTable.From(context.System.Threads().OrderBy(thread => thread.Id), null).Write(context, json, "There are no threads.");
    }
}
