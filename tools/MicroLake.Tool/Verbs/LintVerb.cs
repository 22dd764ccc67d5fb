using System.CommandLine;
using MicroLake.Tool.Host;

namespace MicroLake.Tool.Verbs;

/// <summary><c>lint</c>: checks that everything builds with warnings as errors, and the style.</summary>
internal static class LintVerb
{
    public static Command Create()
    {
        Command command = new("lint", "Build everything with warnings as errors and check the code style");
        command.SetAction(_ =>
        {
            PackageInstaller.Ensure(DebianPackage.ForBuild);
            CodeStyle.Build();
            return CodeStyle.Format(changes: false) ? ExitCode.Success : throw new ToolException("the style differs from .editorconfig; run ./build.sh format");
        });
        return command;
    }
}
