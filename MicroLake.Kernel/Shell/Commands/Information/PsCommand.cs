namespace MicroLake.Shell.Commands;

[Command("ps", "Lists the threads", Usage = "[--json]", Details = "% is the share of a processor that a thread has had since it was made; top shows the shares of now.")]
internal sealed class PsCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        TimeSpan now = context.System.Uptime;
        ThreadInformation[] threads = [.. context.System.Threads()];
        Array.Sort(threads, (a, b) => a.Id.CompareTo(b.Id));
        ThreadTable.From(threads, thread => Share(thread, now)).Write(context, json, "There are no threads.");
    }

    private static double Share(ThreadInformation thread, TimeSpan now)
    {
        TimeSpan life = now - thread.Created;
        return life > TimeSpan.Zero ? Math.Min(1, thread.ProcessorTime / life) : 0;
    }
}
