namespace MicroLake.Shell.Commands;

/// <summary>The columns of processes.</summary>
internal static class ProcessTable
{
    /// <param name="share">Processor time of each process as a share of the time looked at; more than 1 where threads run at once.</param>
    public static Table From(IEnumerable<ProcessInformation> processes, Func<ProcessInformation, double> share)
    {
        Table table = new(
            new("process", "id", AlignRight: true), new("name", "name"), new("threads", "threads", AlignRight: true), new("handles", "handles", AlignRight: true),
            new("memory", "memory", AlignRight: true), new("swapped", "swapped", AlignRight: true), new("limit", "memoryLimit", AlignRight: true), new("%", "share", AlignRight: true), new("most", "shareLimit", AlignRight: true),
            new("time", "seconds", AlignRight: true), new("faults", "pageFaults", AlignRight: true));
        foreach (ProcessInformation process in processes)
        {
            table.Add(
                process.Id, process.Name, process.Threads, process.Handles, Cell.Bytes(process.Memory), Cell.Bytes(process.Swapped), Cell.Bytes(process.MemoryLimit),
                Cell.Number(share(process) * 100, "0.0"),
                process.ProcessorLimit == 0 ? null : (Cell)process.ProcessorLimit, Cell.Number(process.ProcessorTime.TotalSeconds, "0.000"), process.PageFaults);
        }
        return table;
    }
}
