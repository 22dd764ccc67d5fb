namespace MicroLake.Shell.Models;

/// <summary><c>model list</c>.</summary>
internal static class ModelList
{
    public static void Run(CommandContext context, ArgumentReader arguments, ModelStore store)
    {
        bool json = arguments.Flag("--json");
        arguments.End();
        Table table = new(new Column("name", "name"), new Column("nodes", "nodes", AlignRight: true), new Column("weights", "parameterBytes", AlignRight: true),
            new Column("inputs", "inputs"), new Column("outputs", "outputs"), new Column("file", "file"));
        foreach (LoadedModel model in store.All)
            table.Add(model.Name, model.Model.Nodes.Count, Cell.Bytes(model.Model.ParameterBytes),
                string.Join(", ", model.Model.Inputs), string.Join(", ", model.Model.Outputs), model.File);
        table.Write(context, json, "No model is loaded; load one with model load FILE.");
    }
}
