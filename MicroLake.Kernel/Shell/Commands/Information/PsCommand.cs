namespace MicroLake.Shell.Commands;

[Command("ps", "Lists the processes and the threads", Usage = "[--json]",
    Details = "% is the share of a processor that a process or thread has had since it was made; top shows the shares of now. With --json, kind tells them apart.")]
internal sealed class PsCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        TimeSpan now = context.System.Uptime;
        ProcessInformation[] processes = [.. context.System.Processes()];
        Array.Sort(processes, (a, b) => a.Id.CompareTo(b.Id));
        ThreadInformation[] threads = [.. context.System.Threads()];
        Array.Sort(threads, (a, b) => a.Id.CompareTo(b.Id));
        Table ofProcesses = ProcessTable.From(processes, process => Share(process.ProcessorTime, now - process.Created, mostAtOnce: process.Threads));
        Table ofThreads = ThreadTable.From(threads, thread => Share(thread.ProcessorTime, now - thread.Created, mostAtOnce: 1));
        if (json)
        {
            context.Output.WriteLine(Table.ToJson(("process", ofProcesses), ("thread", ofThreads)));
            return;
        }
        if (processes.Length > 0)
        {
            ofProcesses.WriteText(context.Output);
            context.Output.WriteLine();
        }
        ofThreads.WriteText(context.Output);
    }

    private static double Share(TimeSpan time, TimeSpan life, int mostAtOnce) => life > TimeSpan.Zero ? Math.Min(Math.Max(1, mostAtOnce), time / life) : 0;
}
