using System.CommandLine;
using MicroLake.Tool.Host;

namespace MicroLake.Tool.Verbs;

/// <summary><c>format</c>: applies the style of .editorconfig to every project.</summary>
internal static class FormatVerb
{
    public static Command Create()
    {
        Command command = new("format", "Apply the code style");
        command.SetAction(_ =>
        {
            PackageInstaller.Ensure(DebianPackage.ForBuild);
            CodeStyle.Build();
            return CodeStyle.Format(changes: true) ? ExitCode.Success : throw new ToolException("dotnet format could not mend everything; see its output above");
        });
        return command;
    }
}
