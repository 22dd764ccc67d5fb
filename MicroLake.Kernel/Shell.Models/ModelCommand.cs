namespace MicroLake.Shell.Models;

/// <summary>Hands over to one class per verb.</summary>
[Command("model", "Loads and runs ONNX models",
    Usage = """
        load FILE.onnx [--name NAME]
        list [--json]
        info NAME [--json]
        run NAME IN.csv [--out OUT.csv] [--batch B] [--on cpu|gpu|auto]
        eval NAME IN.csv --labels LAST|FILE [--out OUT.csv] [--batch B] [--on cpu|gpu|auto]
        unload NAME
        """,
    Details = """
        Without --name a model is called as its file, without the ending.
        run prints one row of outputs for each row of IN.csv, in full float32 precision, or writes them to OUT.csv, then
        the number of rows, the time per row and what computed them. Header lines are skipped.
        eval does the same and compares with labels: class numbers in the last column (LAST) or in a file, one a line.
        The class of a row is its greatest output; with one output it is 1 when that is over 0.5.
        """)]
internal sealed class ModelCommand : ICommand
{
    private static readonly string[] s_verbs = ["eval", "info", "list", "load", "run", "unload"];

    public void Run(CommandContext context, ArgumentReader arguments)
    {
        ModelStore store = context.Shell.Services.GetOrAdd(() => new ModelStore());
        string verb = arguments.Required("what to do");
        switch (verb)
        {
            case "load": ModelLoad.Run(context, arguments, store); break;
            case "list": ModelList.Run(context, arguments, store); break;
            case "info": ModelInfo.Run(context, arguments, store); break;
            case "run": ModelRun.Run(context, arguments, store); break;
            case "eval": ModelEval.Run(context, arguments, store); break;
            case "unload":
                string name = arguments.Required("NAME");
                arguments.End();
                store.Remove(name);
                break;
            default:
                throw new CommandException($"model: there is no '{Printable.Shorten(verb)}'", $"use one of: {string.Join(", ", s_verbs)} (see help model)", CommandException.Usage);
        }
    }

    public IEnumerable<string> Complete(CompletionRequest request)
    {
        if (request.Words.Count == 0)
            return s_verbs;
        string verb = request.Words[0];
        if (request.Words[^1] == "--on")
            return ["auto", "cpu", "gpu"];
        if (request.Words.Count == 1 && verb is ("info" or "run" or "eval" or "unload"))
            return request.Shell.Services.Find<ModelStore>()?.Names ?? [];
        return PathCompletion.Complete(request.Partial).Concat(request.Words[^1] == "--labels" ? ["LAST"] : []);
    }
}
