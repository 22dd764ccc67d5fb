using System.CommandLine;
using MicroLake.Bench.Report;
using MicroLake.Tool;

namespace MicroLake.Bench;

/// <summary>The <c>bench</c> verb.</summary>
public static class BenchCommand
{
    /// <param name="target">Builds the product when a benchmark needs it.</param>
    /// <param name="cacheFolder">Keeps fetched and compiled peers from one run to the next.</param>
    public static RootCommand Create(Func<BenchTarget> target, string cacheFolder)
    {
        Argument<string?> name = new("name")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Which benchmark; all of them without a name",
        };
        name.AcceptOnlyFromAmong([.. BenchSuite.All.Select(b => b.Name).Distinct()]);
        Option<FileInfo?> json = new("--json") { Description = "Also write the figures to this file", HelpName = "FILE" };
        Option<bool> icount = new("--icount") { Description = "Count instructions, which repeat exactly, instead of time" };
        Option<bool> noPeer = new("--no-peer") { Description = "Measure MicroLake alone" };
        Option<bool> list = new("--list") { Description = "Show the names" };
        RootCommand command = new("Measure speed and memory, in the guest and on the host, beside peers") { name, json, icount, noPeer, list };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(list))
            {
                foreach (IBenchmark benchmark in BenchSuite.All)
                    parsed.InvocationConfiguration.Output.WriteLine($"{benchmark.Name,-10} {benchmark.Summary}");
                return 0;
            }
            TextWriter error = parsed.InvocationConfiguration.Error;
            var context = new BenchContext(target, cacheFolder, parsed.GetValue(icount), !parsed.GetValue(noPeer), error);
            string? only = parsed.GetValue(name);
            try
            {
                Run([.. BenchSuite.All.Where(b => only is null || b.Name == only)], context, parsed.InvocationConfiguration.Output, parsed.GetValue(json));
                return 0;
            }
            catch (Exception failure) when (failure is BenchException or ToolException)
            {
                error.WriteLine($"error: {failure.Message}");
                return 1;
            }
        });
        return command;
    }

    private static void Run(IReadOnlyList<IBenchmark> benchmarks, BenchContext context, TextWriter output, FileInfo? json)
    {
        var figures = new List<Figure>();
        foreach (IBenchmark benchmark in benchmarks)
        {
            IReadOnlyList<Figure> measured = benchmark.Run(context);
            if (measured.Count > 0)
                TableReport.Write(output, measured);
            figures.AddRange(measured);
        }
        if (json is null)
            return;
        try
        {
            using FileStream file = json.Create();
            JsonReport.Write(file, figures);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchException($"--json {json}: {e.Message}");
        }
    }
}
