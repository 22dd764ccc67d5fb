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
        table.Add("nodes", model.Nodes.Count.ToString(CultureInfo.InvariantCulture));
        foreach ((int index, string node) in model.Nodes.Take(MostNodes).Index())
            table.Add($"node {index}", node);
        if (model.Nodes.Count > MostNodes)
            table.Add("...", $"{model.Nodes.Count - MostNodes} more nodes");
        table.Write(context, json);
    }
}
