using System.CommandLine;
using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>replay</c> and <c>train</c>: build tools/MicroLake.ModelTool and hand everything to it.</summary>
internal static class ModelToolVerbs
{
    /// <param name="args">The tool's own arguments: what follows the verb goes on in its order.</param>
    public static Command CreateReplay(string[] args) =>
        Create("replay", "Run a recorded trace through policies, beside heuristics and oracles",
            "HOOK TRACE [--policy P] [--servers N] [--load R] [--capacity N|BYTES] [--model FILE.onnx] [--json]", args, []);

    /// <inheritdoc cref="CreateReplay"/>
    public static Command CreateTrain(string[] args) =>
        Create("train", "Train a module's model, from a seed", "sched-predict|sched-predict-live|mm-reuse [--seed N] [--out DIR]", args,
            ["--modules", Repository.PathOf("MicroLake.MLaaS/Modules")]);

    private static Command Create(string name, string description, string usage, string[] args, string[] more)
    {
        Argument<string[]> rest = new("ARGS") { Description = usage };
        Command command = new(name, description) { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(_ =>
        {
            TestProject tool = new("tools/MicroLake.ModelTool/MicroLake.ModelTool.csproj");
            tool.Build();
            return ChildProcess.Run(tool.Executable, [name, .. more, .. args.SkipWhile(a => a != name).Skip(1)]);
        });
        return command;
    }
}
