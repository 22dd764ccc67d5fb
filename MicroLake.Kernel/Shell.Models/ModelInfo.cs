using System.Globalization;
using MicroLake.Nn;

namespace MicroLake.Shell.Models;

/// <summary><c>model info</c>.</summary>
internal static class ModelInfo
{
    private const int MostNodes = 100;

    public static void Run(CommandContext context, ArgumentReader arguments, ModelStore store)
    {
        bool json = arguments.Flag("--json");
        LoadedModel loaded = store.Get(arguments.Required("NAME"));
        arguments.End();
        OnnxModel model = loaded.Model;
        Table table = new(new Column("part", "name"), new Column("is", "value"));
        table.Add("name", loaded.Name);
        table.Add("file", loaded.File);
        table.Add("file size", Cell.Bytes(loaded.FileBytes));
        table.Add("weights", Cell.Bytes(model.ParameterBytes));
        table.Add("format", $"ONNX IR {model.IrVersion}, operator set {model.Opset}");
        table.Add("made by", model.ProducerName.Length == 0 ? null : Printable.Shorten(model.ProducerName));
        foreach (TensorInfo input in model.Inputs)
            table.Add("input", Printable.Shorten(input.ToString()));
        foreach (TensorInfo output in model.Outputs)
            table.Add("output", Printable.Shorten(output.ToString()));
        AddPlacement(table, loaded);
        table.Add("nodes", model.Nodes.Count.ToString(CultureInfo.InvariantCulture));
        foreach ((int index, string node) in model.Nodes.Take(MostNodes).Index())
            table.Add($"node {index}", node);
        if (model.Nodes.Count > MostNodes)
            table.Add("...", $"{model.Nodes.Count - MostNodes} more nodes");
        table.Write(context, json);
    }

    /// <summary>What a batch takes on each processor, as it was measured at load.</summary>
    private static void AddPlacement(Table table, LoadedModel loaded)
    {
        if (loaded.Placed is not { } placed)
        {
            table.Add("gpu", loaded.WhyNotPlaced);
            return;
        }

        table.Add("gpu", placed.Failure ?? $"ready, {placed.Repairs} repairs");
        table.Add("rows run", $"cpu {placed.RowsOnCpu}, gpu {placed.RowsOnGpu}");
        foreach ((int rows, double nanoseconds) in placed.Gpu.Points)
            table.Add($"batch of {rows}", $"cpu {Duration.Short(placed.Cpu.Estimate(rows))}, gpu {Duration.Short(nanoseconds)}");
    }
}
