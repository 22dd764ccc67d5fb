using System.Globalization;

namespace MicroLake.Shell.Commands;

[Command("dmesg", "Shows the messages of the kernel", Usage = "[--json]")]
internal sealed class DmesgCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        IReadOnlyList<LogEntry> log = context.System.KernelLog();
        if (!json)
        {
            foreach (LogEntry entry in log)
                context.Output.WriteLine($"[{Seconds(entry.Time).PadLeft(12)}] {entry.Text}");
            return;
        }
        Table table = new(new Column("seconds", "seconds"), new Column("message", "message"));
        foreach (LogEntry entry in log)
            table.Add(Cell.Number(entry.Time.TotalSeconds, "0.000000"), entry.Text);
        table.Write(context, json: true);
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
}
