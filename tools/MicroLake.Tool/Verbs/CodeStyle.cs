using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Verbs;

/// <summary>The style of .editorconfig in every project, by dotnet format.</summary>
internal static class CodeStyle
{
    private const string Configuration = "Release";

    private static string Solution => Repository.PathOf("MicroLake.slnx");

    /// <summary>
    /// Builds everything. dotnet format looks at no project without the code that is generated for it, and generators are run from where a build has put them.
    /// </summary>
    /// <exception cref="ToolException">There are errors or warnings.</exception>
    public static void Build()
    {
        if (ChildProcess.Run("dotnet", ["build", Solution, "-c", Configuration, "-warnaserror", "-v", "quiet", "-nologo", "--tl:off"]) != 0)
            throw new ToolException("the build has warnings or errors; see them above");
    }

    /// <summary>Applies the style, or only looks. False: something is left that differs.</summary>
    public static bool Format(bool changes)
    {
        string[] arguments = ["format", Solution, "--severity", "warn"];
        return ChildProcess.Run(
            "dotnet", changes ? arguments : [.. arguments, "--verify-no-changes"], new Dictionary<string, string> { ["Configuration"] = Configuration }) == 0;
    }
}
