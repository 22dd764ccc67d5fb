using System.Diagnostics;
using MicroLake.Nn;
using MicroLake.Nn.Csv;

namespace MicroLake.Shell.Models;

/// <summary>What <c>model run</c> and <c>model eval</c> share: their options, the run itself, and what is printed of it.</summary>
internal sealed class RunOptions
{
    private const int DefaultBatch = 64;
    private const int MaxBatch = 1 << 20;

    /// <summary>Rows between two looks at Ctrl-C.</summary>
    private const int RowsPerStep = 4096;

    private RunOptions(string? output, int? batch)
    {
        Output = output;
        Batch = batch;
    }

    private string? Output { get; }

    private int? Batch { get; }

    /// <summary>Takes the options from the arguments.</summary>
    public static RunOptions Read(ArgumentReader arguments)
    {
        string? output = arguments.Value("--out");
        int? batch = arguments.Number("--batch", 1, MaxBatch);
        switch (arguments.Value("--on"))
        {
            case null or "cpu" or "auto":
                return new RunOptions(output, batch);
            case "gpu":
                throw new CommandException("this system cannot use a GPU yet", "use --on cpu or --on auto");
            case var other:
                throw arguments.Error($"--on is '{Printable.Shorten(other)}', not cpu, gpu or auto");
        }
    }

    /// <summary>Plans the model; a batch larger than the number of rows would be planned in vain.</summary>
    public RowRunner Plan(LoadedModel model, int rows) =>
        ModelErrors.Naming(model.Name, () => new RowRunner(model.Model, Math.Min(Batch ?? DefaultBatch, rows)));

    /// <summary>Runs all rows and prints or saves the results and the summary line.</summary>
    /// <returns>[rows, runner.OutputColumns]</returns>
    public float[] Run(CommandContext context, RowRunner runner, CsvTable table)
    {
        float[] results = new float[checked(table.Rows * runner.OutputColumns)];
        int step = Math.Max(runner.Batch, RowsPerStep / runner.Batch * runner.Batch);
        long elapsed = 0;
        using (ProgressLine progress = context.Progress("rows"))
        {
            for (int row = 0; row < table.Rows; row += step)
            {
                int count = Math.Min(step, table.Rows - row);
                long start = Stopwatch.GetTimestamp();
                runner.Run(table.Values.AsSpan(row * runner.Columns, count * runner.Columns),
                    results.AsSpan(row * runner.OutputColumns, count * runner.OutputColumns));
                elapsed += Stopwatch.GetTimestamp() - start;
                progress.Report(row + count, table.Rows);
            }
        }
        Write(context, results, runner.OutputColumns);
        double nanoseconds = Stopwatch.GetElapsedTime(0, elapsed).TotalNanoseconds / table.Rows;
        context.Output.WriteLine($"{table.Rows} rows, {Duration.Short(nanoseconds)} per row, cpu ({runner.Backend.ToString().ToLowerInvariant()}), batch {runner.Batch}");
        return results;
    }

    private void Write(CommandContext context, float[] results, int columns)
    {
        if (Output is null)
        {
            using MemoryStream text = new();
            WriteRows(text, results, columns);
            context.WriteBytes(text.GetBuffer().AsSpan(0, (int)text.Length));
            return;
        }
        // A neighbour that is renamed at the end: a failure leaves an earlier file as it was.
        string partial = Output + ".part";
        try
        {
            using (FileStream file = File.Create(partial))
                WriteRows(file, results, columns);
            File.Move(partial, Output, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static void WriteRows(Stream stream, float[] results, int columns)
    {
        using CsvWriter writer = new(stream);
        for (int at = 0; at < results.Length; at += columns)
            writer.WriteRow(results.AsSpan(at, columns));
    }
}
