using System.Diagnostics;
using MicroLake.Nn;
using MicroLake.Nn.Csv;
using MicroLake.Nn.Gpu.Placement;

namespace MicroLake.Shell.Models;

/// <summary>What <c>model run</c> and <c>model eval</c> share: their options, the run itself, and what is printed of it.</summary>
internal sealed class RunOptions
{
    private const int DefaultBatch = 64;
    private const int MaxBatch = 1 << 20;

    /// <summary>Rows between two looks at Ctrl-C.</summary>
    private const int RowsPerStep = 4096;

    private RunOptions(string? output, int? batch, ComputeTarget target)
    {
        Output = output;
        Batch = batch;
        Target = target;
    }

    private string? Output { get; }

    private int? Batch { get; }

    private ComputeTarget Target { get; }

    /// <summary>Takes the options from the arguments.</summary>
    public static RunOptions Read(ArgumentReader arguments)
    {
        string? output = arguments.Value("--out");
        int? batch = arguments.Number("--batch", 1, MaxBatch);
        ComputeTarget target = arguments.Value("--on") switch
        {
            null or "cpu" => ComputeTarget.Cpu,
            "gpu" => ComputeTarget.Gpu,
            "auto" => ComputeTarget.Auto,
            var other => throw arguments.Error($"--on is '{Printable.Shorten(other)}', not cpu, gpu or auto"),
        };
        return new RunOptions(output, batch, target);
    }

    /// <summary>Plans the model; a batch larger than the number of rows would be planned in vain.</summary>
    public RowRunner Plan(LoadedModel model, int rows) =>
        ModelErrors.Naming(model.Name, () => new RowRunner(model.Model, Math.Min(Batch ?? DefaultBatch, rows)));

    /// <summary>Runs all rows and prints or saves the results and the summary line.</summary>
    /// <returns>[rows, runner.OutputColumns]</returns>
    public float[] Run(CommandContext context, LoadedModel model, RowRunner runner, CsvTable table)
    {
        PlacedModel? placed = Target == ComputeTarget.Cpu ? null : model.Placed;
        if (Target == ComputeTarget.Gpu && placed is null)
            throw new CommandException(model.WhyNotPlaced, "use --on cpu or --on auto");
        if (Target == ComputeTarget.Gpu && placed!.Failure is { } failure)
            throw new CommandException($"the GPU failed: {failure}", "use --on cpu, or start again");
        long onGpu = placed?.RowsOnGpu ?? 0;
        float[] results = new float[checked(table.Rows * runner.OutputColumns)];
        int step = Math.Max(runner.Batch, RowsPerStep / runner.Batch * runner.Batch);
        long elapsed = 0;
        using (ProgressLine progress = context.Progress("rows"))
        {
            for (int row = 0; row < table.Rows; row += step)
            {
                int count = Math.Min(step, table.Rows - row);
                long start = Stopwatch.GetTimestamp();
                Span<float> rows = table.Values.AsSpan(row * runner.Columns, count * runner.Columns);
                Span<float> outputs = results.AsSpan(row * runner.OutputColumns, count * runner.OutputColumns);
                if (placed is null)
                    runner.Run(rows, outputs);
                else
                    placed.Run(rows, outputs, runner.OutputColumns, runner.Batch, Target);
                elapsed += Stopwatch.GetTimestamp() - start;
                progress.Report(row + count, table.Rows);
            }
        }
        Write(context, results, runner.OutputColumns);
        double nanoseconds = Stopwatch.GetElapsedTime(0, elapsed).TotalNanoseconds / table.Rows;
        context.Output.WriteLine($"{table.Rows} rows, {Duration.Short(nanoseconds)} per row, {Describe(runner, placed, onGpu, table.Rows)}, batch {runner.Batch}");
        return results;
    }

    /// <summary>What computed: rows of both where both did.</summary>
    private static string Describe(RowRunner runner, PlacedModel? placed, long gpuRowsBefore, int rows)
    {
        string cpu = $"cpu ({runner.Backend.ToString().ToLowerInvariant()})";
        long onGpu = (placed?.RowsOnGpu ?? 0) - gpuRowsBefore;
        string text = onGpu == 0 ? cpu : onGpu == rows ? "gpu" : $"gpu {onGpu} rows, {cpu} {rows - onGpu} rows";
        return placed?.Failure is { } failure ? $"{text} (the GPU failed: {failure})" : text;
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
