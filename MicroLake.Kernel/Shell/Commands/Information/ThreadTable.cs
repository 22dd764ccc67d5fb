using System.Globalization;

namespace MicroLake.Shell.Commands;

/// <summary>The columns that <c>ps</c> and <c>top</c> share.</summary>
internal static class ThreadTable
{
    /// <param name="share">Processor time of each thread as a share of the time looked at, by thread number; null leaves it out.</param>
    public static Table From(IEnumerable<ThreadInformation> threads, Func<ThreadInformation, double>? share)
    {
        List<Column> columns =
        [
            new("id", "id", AlignRight: true), new("name", "name"), new("state", "state"),
            new("priority", "priority", AlignRight: true), new("cpu", "processor", AlignRight: true),
        ];
        if (share is not null)
            columns.Add(new("%", "share", AlignRight: true));
        columns.Add(new("time", "seconds", AlignRight: true));
        columns.Add(new("switches", "switches", AlignRight: true));
        Table table = new([.. columns]);
        foreach (ThreadInformation thread in threads)
        {
            List<Cell> cells = [thread.Id, thread.Name.Length == 0 ? null : thread.Name, thread.State, thread.Priority, thread.Processor];
            if (share is not null)
                cells.Add(Number(share(thread) * 100, "0.0"));
            cells.Add(Number(thread.ProcessorTime.TotalSeconds, "0.000"));
            cells.Add(thread.Switches);
            table.Add([.. cells]);
        }
        return table;
    }

    private static Cell Number(double value, string format) => Cell.Number(value, value.ToString(format, CultureInfo.InvariantCulture));
}
