using System.Globalization;
using System.Text;

namespace MicroLake.Shell.Commands;

[Command("top", "Shows what the processors and threads do, again and again", Usage = "[--once] [-n TIMES] [-d SECONDS] [--json|--graphics]",
    Details = "Shares and rates are those of the last interval. q or Ctrl-C ends it. In a script, and with --once, it measures once. "
        + "With --graphics the display shows it as a picture, which stays until the console is cleared.")]
internal sealed class TopCommand : ICommand
{
    private const int LinesOnScreen = 23;

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        bool once = arguments.Flag("--once");
        bool graphics = arguments.Flag("--graphics");
        bool screen = context.IsTerminal && !json && !once;
        int times = arguments.Number("-n", 1, 1_000_000) ?? (screen ? int.MaxValue : 1);
        TimeSpan interval = TimeSpan.FromSeconds(arguments.Number("-d", 1, 3600) ?? (screen ? 2 : 1));
        if (json && graphics)
            throw arguments.Error("--json and --graphics exclude each other");
        arguments.End();
        if (once)
            times = 1;
        Dashboard? dashboard = graphics ? new Dashboard(context.System, Screen.Of(context, "top"), context.Shell.Services) : null;
        for (int round = 0; round < times; round++)
        {
            UseInterval use = new(context.System);
            if (Wait(context, interval))
                return;
            use.End();
            if (dashboard is not null)
                dashboard.Show(use);
            else if (json)
                WriteJson(context, use);
            else
                Show(context, use, screen);
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

    private static Table Threads(UseInterval use)
    {
        ThreadInformation[] threads = [.. use.Threads];
        Array.Sort(threads, use.Compare);
        return ThreadTable.From(threads, use.Share);
    }

    private static Table Processors(UseInterval use)
    {
        Table table = new(new("cpu", "processor", AlignRight: true), new("use %", "use", AlignRight: true), new("switches/s", "switchesPerSecond", AlignRight: true),
            new("interrupts/s", "interruptsPerSecond", AlignRight: true), new("ready", "ready", AlignRight: true), new("taken over", "steals", AlignRight: true));
        foreach (ProcessorInformation processor in use.Processors)
        {
            table.Add(processor.Index, Cell.Number(use.Use(processor) * 100, "0.0"), Cell.Number(use.SwitchesPerSecond(processor), "0"),
                Cell.Number(use.InterruptsPerSecond(processor), "0"), processor.Ready, processor.Steals);
        }

        return table;
    }

    private static void WriteJson(CommandContext context, UseInterval use)
    {
        MemoryInformation memory = context.System.Memory();
        string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
        context.Output.WriteLine(
            $$"""{"uptime":{{Seconds(context.System.Uptime)}},"interval":{{Seconds(use.Elapsed)}},"memory":{"total":{{memory.Total}},"free":{{memory.Free}}},"""
            + $$""" "processors":{{Processors(use).ToJson()}},"threads":{{Threads(use).ToJson()}}}""");
    }

    private static void Show(CommandContext context, UseInterval use, bool screen)
    {
        MemoryInformation memory = context.System.Memory();
        using StringWriter text = new(new StringBuilder()) { NewLine = "\n" };
        text.WriteLine($"up {Duration.Clock(context.System.Uptime)}, {ByteSize.Format(memory.Free)} of {ByteSize.Format(memory.Total)} free, {use.Threads.Count} threads{(screen ? " (q leaves)" : "")}");
        Processors(use).WriteText(text);
        text.WriteLine();
        Threads(use).WriteText(text);
        if (screen)
            context.Output.Write("\e[H\e[2J");
        IEnumerable<string> lines = text.ToString().TrimEnd('\n').Split('\n');
        foreach (string line in screen ? lines.Take(LinesOnScreen) : lines)
            context.Output.WriteLine(line);
        context.Output.Flush();
    }
}
