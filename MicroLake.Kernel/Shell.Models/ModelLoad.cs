using MicroLake.Nn;
using MicroLake.Nn.Gpu.Placement;

namespace MicroLake.Shell.Models;

/// <summary><c>model load</c>: all or nothing.</summary>
internal static class ModelLoad
{
    private const int MaxNameLength = 40;

    public static void Run(CommandContext context, ArgumentReader arguments, ModelStore store)
    {
        string? chosen = arguments.Value("--name");
        string path = arguments.Required("FILE.onnx");
        arguments.End();
        string name = chosen ?? DefaultName(path);
        if (name.Length is 0 or > MaxNameLength || !name.All(IsNameCharacter))
            throw new CommandException($"'{Printable.Shorten(name)}' is no name for a model", $"use --name with 1 to {MaxNameLength} letters, digits, '-', '_' and '.'");
        if (store.Contains(name))
            throw NameTaken(name);

        ModelLimits limits = MemoryBudget.ForModel(context);
        byte[] file = Read(path, limits);
        OnnxModel model = ModelErrors.Naming(path, () => OnnxModel.Load(file, limits));
        (PlacedModel? placed, string why) = ModelPlacing.Place(context, model);
        if (!store.TryAdd(new LoadedModel(name, Path.GetFullPath(path), file.Length, model, placed, why)))
        {
            placed?.Dispose();
            throw NameTaken(name);
        }

        context.Shell.Services.Find<ITracing>()?.Load(name);
        context.Output.WriteLine($"{name}: {model.Nodes.Count} nodes, {ByteSize.Format(model.ParameterBytes)} of weights, "
            + $"{string.Join(", ", model.Inputs)} -> {string.Join(", ", model.Outputs)}");
    }

    private static byte[] Read(string path, ModelLimits limits)
    {
        using FileStream stream = ModelErrors.Open(path);
        if (stream.CanSeek && stream.Length > limits.MaxFileBytes)
            throw new CommandException($"{Printable.Shorten(path)} has {ByteSize.Format(stream.Length)}, and {ByteSize.Format(limits.MaxFileBytes)} is the most that fits in memory now",
                "unload other models, or start with more memory");
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        return file;
    }

    /// <summary>The file's name without its ending, with what a name cannot have made into underscores.</summary>
    private static string DefaultName(string path)
    {
        string stem = Path.GetFileNameWithoutExtension(path);
        return new string(Array.ConvertAll(stem[..Math.Min(stem.Length, MaxNameLength)].ToCharArray(), c => IsNameCharacter(c) ? c : '_'));
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';

    private static CommandException NameTaken(string name) =>
        new($"there is a model '{name}' already", "unload it, or give this one another --name");
}
