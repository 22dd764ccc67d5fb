using System.Text;

namespace MicroLake.Shell.Commands;

[Command("top", "Shows which threads use the processors, again and again", Usage = "[-n TIMES] [-d SECONDS] [--json]",
    Details = "q or Ctrl-C ends it. In a script it measures once.")]
internal sealed class TopCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        int times = arguments.Number("-n", 1, 1_000_000) ?? (context.IsTerminal && !json ? int.MaxValue : 1);
        TimeSpan interval = TimeSpan.FromSeconds(arguments.Number("-d", 1, 3600) ?? (context.IsTerminal ? 2 : 1));
        arguments.End();
        bool screen = context.IsTerminal && !json;
        for (int round = 0; round < times; round++)
        {
            Dictionary<int, TimeSpan> before = context.System.Threads().ToDictionary(thread => thread.Id, thread => thread.ProcessorTime);
            TimeSpan start = context.System.Uptime;
            if (Wait(context, interval))
                return;
            double elapsed = Math.Max(1e-9, (context.System.Uptime - start).TotalSeconds);
            double Share(ThreadInformation thread) =>
                Math.Max(0, (thread.ProcessorTime - before.GetValueOrDefault(thread.Id)).TotalSeconds) / elapsed;
            Table table = ThreadTable.From(context.System.Threads().OrderByDescending(Share).ThenBy(thread => thread.Id), Share);
            if (screen)
                Show(context, table);
            else
                table.Write(context, json, "There are no threads.");
        }
    }

    /// <summary>Waits; true when the user wants to leave.</summary>
    private static bool Wait(CommandContext context, TimeSpan interval)
    {
        if (context.Input is not { } input)
        {
            context.Cancellation.WaitHandle.WaitOne(interval);
            context.Cancellation.ThrowIfCancellationRequested();
            return false;
        }
        long deadline = Environment.TickCount64 + (long)interval.TotalMilliseconds;
        while (Environment.TickCount64 < deadline)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            TimeSpan left = TimeSpan.FromMilliseconds(Math.Clamp(deadline - Environment.TickCount64, 0, 100));
            if (input.Read(left) is 'q' or 'Q' or -2)
                return true;
        }
        return false;
    }

    private static void Show(CommandContext context, Table table)
    {
        MemoryInformation memory = context.System.Memory();
        using StringWriter text = new(new StringBuilder()) { NewLine = "\n" };
        table.WriteText(text);
        context.Output.Write("\e[H\e[2J");
        context.Output.WriteLine($"up {Duration.Clock(context.System.Uptime)}, {ByteSize.Format(memory.Free)} of {ByteSize.Format(memory.Total)} free (q leaves)");
        foreach (string line in text.ToString().Split('\n').Take(20))
            context.Output.WriteLine(line);
        context.Output.Flush();
    }
}
