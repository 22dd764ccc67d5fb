using MicroLake.Nn;
using MicroLake.Nn.Csv;

namespace MicroLake.Shell.Models;

/// <summary><c>model run</c>.</summary>
internal static class ModelRun
{
    public static void Run(CommandContext context, ArgumentReader arguments, ModelStore store)
    {
        RunOptions options = RunOptions.Read(arguments);
        LoadedModel model = store.Get(arguments.Required("NAME"));
        string path = arguments.Required("IN.csv");
        arguments.End();
        // One row tells how many columns the model wants, before a long file is read.
        int columns = options.Plan(model, 1).Columns;
        CsvTable table = Rows(context, path, columns);
        options.Run(context, model, options.Plan(model, table.Rows), table);
    }

    /// <summary>Reads all rows of a file.</summary>
    public static CsvTable Rows(CommandContext context, string path, int columns)
    {
        using FileStream stream = ModelErrors.Open(path);
        return ModelErrors.Naming(path, () => CsvTable.Read(stream, columns, MemoryBudget.ForRows(context)));
    }
}
