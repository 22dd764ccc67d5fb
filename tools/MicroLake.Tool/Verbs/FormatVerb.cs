using System.CommandLine;
using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary><c>format</c>: applies the style of .editorconfig to every project.</summary>
internal static class FormatVerb
{
    public static Command Create()
    {
        Command command = new("format", "Apply the code style");
        command.SetAction(_ => ChildProcess.Run("dotnet", ["format", Solution, "--severity", "warn"]) == 0
            ? ExitCode.Success
            : throw new ToolException("dotnet format could not mend everything; see its output above"));
        return command;
    }

    public static string Solution => Repository.PathOf("MicroLake.slnx");
}
