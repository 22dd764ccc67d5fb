namespace MicroLake.Shell.Commands;

/// <summary>The columns that <c>ps</c> and <c>top</c> share.</summary>
internal static class ThreadTable
{
    /// <param name="share">Processor time of each thread as a share of the time looked at, 0 to 1.</param>
    public static Table From(IEnumerable<ThreadInformation> threads, Func<ThreadInformation, double> share)
    {
        Table table = new(
            new("id", "id", AlignRight: true), new("name", "name"), new("state", "state"),
            new("priority", "priority", AlignRight: true), new("cpu", "processor", AlignRight: true), new("%", "share", AlignRight: true),
            new("time", "seconds", AlignRight: true), new("switches", "switches", AlignRight: true));
        foreach (ThreadInformation thread in threads)
        {
            table.Add(
                thread.Id, thread.Name.Length == 0 ? null : thread.Name, thread.State, thread.Priority, thread.Processor,
                Cell.Number(share(thread) * 100, "0.0"), Cell.Number(thread.ProcessorTime.TotalSeconds, "0.000"), thread.Switches);
        }
        return table;
    }
}
