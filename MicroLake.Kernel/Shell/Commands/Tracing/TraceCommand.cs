namespace MicroLake.Shell.Commands;

[Command("trace", "Records what the processors do, for Perfetto",
    Usage = """
        start [--events N]
        stop
        mark TEXT
        save FILE
        status [--json]
        """,
    Details = """
        start   records thread switches, calls, faults, interrupts and loads; each processor keeps its last N events
        stop    ends that; the events stay until the next start
        mark    records a text to find the moment by
        save    writes the events as JSON that ui.perfetto.dev and chrome://tracing open
        status  tells whether it records, and how many events there are
        """)]
internal sealed class TraceCommand : ICommand
{
    private static readonly string[] s_actions = ["start", "stop", "mark", "save", "status"];

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        ITracing tracing = context.Shell.Services.Get<ITracing>();
        switch (arguments.Required($"one of {string.Join(", ", s_actions)}"))
        {
            case "start":
                Start(tracing, arguments);
                break;
            case "stop":
                arguments.End();
                if (!tracing.Stop())
                    throw new CommandException("no trace runs", "begin one with: trace start");
                break;
            case "mark":
                string text = string.Join(' ', [arguments.Required("TEXT"), .. arguments.Rest()]);
                if (!tracing.State.Running)
                    throw new CommandException("no trace runs", "begin one with: trace start");
                tracing.Mark(text);
                break;
            case "save":
                Save(context, tracing, arguments);
                break;
            case "status":
                ShowStatus(context, tracing, arguments);
                break;
            case var other:
                throw arguments.Error($"'{Printable.Shorten(other)}' is none of {string.Join(", ", s_actions)}");
        }
    }

    public IEnumerable<string> Complete(CompletionRequest request) =>
        request.Words.Count <= 1 ? s_actions : PathCompletion.Complete(request.Partial);

    private static void Start(ITracing tracing, ArgumentReader arguments)
    {
        (int fewest, int most, int usual) = tracing.Limits;
        int events = arguments.Number("--events", fewest, most) ?? usual;
        arguments.End();
        try
        {
            tracing.Start(events);
        }
        catch (OutOfMemoryException)
        {
            throw new CommandException($"there is no memory for {events} events of each processor", "use fewer: trace start --events N");
        }
    }

    private static void Save(CommandContext context, ITracing tracing, ArgumentReader arguments)
    {
        string path = arguments.Required("FILE");
        arguments.End();
        TraceInformation state = tracing.State;
        if (state.Running)
            throw new CommandException("the trace is still running", "end it first: trace stop");
        if (state.Processors == 0)
            throw new CommandException("there is no trace", "record one: trace start, then trace stop");
        long count = Write(context, tracing, path);
        context.Output.WriteLine($"{path}: {count} events{(state.Dropped > 0 ? $"; {state.Dropped} older ones were overwritten" : "")}");
    }

    /// <summary>Writes a neighbour of the file and renames it, so that a failure leaves what was there.</summary>
    private static long Write(CommandContext context, ITracing tracing, string path)
    {
        string partial = path + ".part";
        try
        {
            long count;
            using (FileStream file = new(partial, FileMode.Create, FileAccess.Write))
                count = ChromeTrace.Write(tracing, file, context.Cancellation);
            File.Move(partial, path, overwrite: true);
            return count;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static void ShowStatus(CommandContext context, ITracing tracing, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        TraceInformation state = tracing.State;
        if (!json && state.Processors == 0)
        {
            context.Output.WriteLine("no trace has been started");
            return;
        }

        Table table = new(new("state", "state"), new("processors", "processors", AlignRight: true), new("events", "events", AlignRight: true),
            new("overwritten", "overwritten", AlignRight: true), new("kept by each", "capacity", AlignRight: true));
        if (state.Processors > 0)
            table.Add(state.Running ? "running" : "stopped", state.Processors, state.Written, state.Dropped, state.Capacity);
        table.Write(context, json);
    }
}
