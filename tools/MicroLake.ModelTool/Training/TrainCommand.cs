using System.Globalization;
using MicroLake.Nn;
using MicroLake.Replay;

namespace MicroLake.ModelTool.Training;

/// <summary><c>train NAME</c>: data, training, files, and what the model is worth.</summary>
internal static class TrainCommand
{
    /// <summary>The seed of the models that ship.</summary>
    public const ulong DefaultSeed = 1;

    private static readonly ITrainee[] s_trainees = [new RunTimeTrainee(), new ReuseTrainee(), new ProcessTrainee()];

    public static IEnumerable<string> Names => s_trainees.Select(t => t.Name);

    public static ITrainee Find(string name) => s_trainees.FirstOrDefault(t => t.Name == name)
        ?? throw new ReplayException($"there is no model '{name}' to train; use one of: {string.Join(", ", Names)}");

    /// <param name="arguments">In any order NAME, <c>--seed N</c>, <c>--out DIR</c>, and <c>--modules DIR</c>, the folder in which the module
    /// has its own where <c>--out</c> names none.</param>
    public static void Run(ReadOnlySpan<string> arguments)
    {
        ulong seed = DefaultSeed;
        string modules = ".";
        string? name = null, wanted = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            string word = arguments[i];
            if (name is null && !word.StartsWith('-'))
            {
                name = word;
                continue;
            }

            if (word is not ("--seed" or "--out" or "--modules"))
                throw new ReplayException($"'{word}' is not --seed N or --out DIR");
            if (++i == arguments.Length)
                throw new ReplayException($"{word} needs a value");
            if (word == "--out")
                wanted = arguments[i];
            else if (word == "--modules")
                modules = arguments[i];
            else if (!ulong.TryParse(arguments[i], NumberStyles.None, CultureInfo.InvariantCulture, out seed))
                throw new ReplayException($"--seed is '{arguments[i]}', not a whole number");
        }

        if (name is null)
            throw new ReplayException($"name a model to train: one of {string.Join(", ", Names)}");
        ITrainee trainee = Find(name);
        string folder = wanted ?? Path.Combine(modules, trainee.Name);
        // Before the work: a folder that cannot be made is known at once.
        Directory.CreateDirectory(folder);
        TrainedModule module = ModuleTrainer.Train(trainee, seed);
        foreach ((int epoch, (double training, double validation)) in module.Result.Epochs.Index())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch + 1}: loss {training:F4}, on rows kept back {validation:F4}"));
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), module.Model);
        File.WriteAllBytes(Path.Combine(folder, "golden.csv"), module.Golden);
        File.WriteAllText(Path.Combine(folder, "manifest.json"), module.Manifest);
        using var report = new StringWriter { NewLine = "\n" };
        report.WriteLine($"{trainee.Name} on data that it was not trained on: other seeds, other parameters.");
        trainee.Evaluate(OnnxModel.Load(module.Model), report);
        File.WriteAllText(Path.Combine(folder, "report.txt"), report.ToString());
        Console.Write(report);
        Console.WriteLine($"{module.Data.Rows} rows; written to {folder}: model.onnx, golden.csv, manifest.json, report.txt");
    }
}
