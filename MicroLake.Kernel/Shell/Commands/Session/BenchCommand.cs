namespace MicroLake.Shell.Commands;

[Command("bench", "Measures this system", Usage = "[NAME] [--json]",
    Details = "Without a name it lists what there is. A name stands for all that begin with it: runtime, runtime.lock.")]
internal sealed class BenchCommand : ICommand
{
    public void Run(CommandContext context, ArgumentReader arguments)
    {
        bool json = arguments.Flag("--json");
        string? name = arguments.Optional();
        arguments.End();
        BenchmarkSet benchmarks = context.Shell.Services.Get<BenchmarkSet>();
        if (name is null)
        {
            Table names = new(new Column("benchmark", "name"), new Column("measures", "summary"));
            foreach (IGuestBenchmark benchmark in benchmarks.All)
                names.Add(benchmark.Name, benchmark.Summary);
            names.Write(context, json, "This image has no benchmarks.");
            return;
        }
        IReadOnlyList<IGuestBenchmark> chosen = benchmarks.Find(name);
        if (chosen.Count == 0)
            throw new CommandException($"there is no benchmark '{Printable.Shorten(name)}'", "type bench for a list");
        Table results = new(new Column("name", "name"), new Column("unit", "unit"), new Column("min", "min", AlignRight: true),
            new Column("median", "median", AlignRight: true), new Column("max", "max", AlignRight: true));
        foreach (IGuestBenchmark benchmark in chosen)
        {
            using ProgressLine progress = context.Progress(benchmark.Name);
            foreach (BenchmarkResult result in benchmark.Run(progress))
                results.Add(result.Name, result.Unit, Figure(result.Minimum), Figure(result.Median), Figure(result.Maximum));
        }
        results.Write(context, json, "It measured nothing.");
        foreach (IGuestBenchmark benchmark in chosen)
            if (!json && benchmark.Note is { } note)
                context.Output.WriteLine(note);
    }

    public IEnumerable<string> Complete(CompletionRequest request) =>
        request.Shell.Services.Find<BenchmarkSet>()?.Names ?? [];

    private static Cell Figure(double value) => Cell.Number(value, "G5");
}
