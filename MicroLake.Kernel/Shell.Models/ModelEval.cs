using System.Globalization;
using MicroLake.Nn;
using MicroLake.Nn.Csv;

namespace MicroLake.Shell.Models;

/// <summary><c>model eval</c>.</summary>
internal static class ModelEval
{
    public static void Run(CommandContext context, ArgumentReader arguments, ModelStore store)
    {
        RunOptions options = RunOptions.Read(arguments);
        string? where = arguments.Value("--labels");
        LoadedModel model = store.Get(arguments.Required("NAME"));
        string path = arguments.Required("IN.csv");
        arguments.End();
        if (where is null)
            throw arguments.Error("--labels is missing");
        int columns = options.Plan(model, 1).Columns;
        (CsvTable table, int[] labels) = Read(context, path, where, columns);
        RowRunner runner = options.Plan(model, table.Rows);
        float[] results = options.Run(context, model, runner, table);

        int correct = 0;
        for (int row = 0; row < table.Rows; row++)
            if (Prediction.ClassOf(results.AsSpan(row * runner.OutputColumns, runner.OutputColumns), runner.GivesClasses) == labels[row])
                correct++;
        string percent = (100.0 * correct / table.Rows).ToString("0.000", CultureInfo.InvariantCulture);
        context.Output.WriteLine($"accuracy {correct} of {table.Rows} correct ({percent} %)");
    }

    private static (CsvTable Table, int[] Labels) Read(CommandContext context, string path, string where, int columns)
    {
        if (where == "LAST")
        {
            CsvTable all = ModelRun.Rows(context, path, checked(columns + 1));
            return ModelErrors.Naming(path, all.SplitLabels);
        }
        CsvTable table = ModelRun.Rows(context, path, columns);
        using FileStream stream = ModelErrors.Open(where);
        int[] labels = ModelErrors.Naming(where, () => CsvLabels.Read(stream, MemoryBudget.ForRows(context)));
        if (labels.Length != table.Rows)
            throw new CommandException($"{Printable.Shorten(where)} has {labels.Length} labels for {table.Rows} rows", "give one label for each row");
        return (table, labels);
    }
}
