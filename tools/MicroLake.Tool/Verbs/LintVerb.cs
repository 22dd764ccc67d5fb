using System.CommandLine;
using MicroLake.Tool.Host;

namespace MicroLake.Tool.Verbs;

/// <summary><c>lint</c>: checks the style, and that everything builds with warnings as errors.</summary>
internal static class LintVerb
{
    public static Command Create()
    {
        Command command = new("lint", "Check the code style and build everything with warnings as errors");
        command.SetAction(_ =>
        {
            PackageInstaller.Ensure(DebianPackage.ForBuild);
            int style = ChildProcess.Run("dotnet", ["format", FormatVerb.Solution, "--severity", "warn", "--verify-no-changes"]);
            int build = ChildProcess.Run("dotnet",
                ["build", FormatVerb.Solution, "-c", "Release", "-warnaserror", "-v", "quiet", "-nologo", "--tl:off"]);
            if (build != 0)
                throw new ToolException("the build has warnings or errors; see them above");
            if (style != 0)
                throw new ToolException("the style differs from .editorconfig; run ./build.sh format");
            return ExitCode.Success;
        });
        return command;
    }
}
