using MicroLake.Tool.Host;

namespace MicroLake.Tool.Workspace;

/// <summary>The .NET SDK's own commands on projects of the repository.</summary>
public static class DotNet
{
    /// <summary>Compilers run for seconds: what they would learn of themselves for better code costs more than it gives.</summary>
    private static readonly Dictionary<string, string> s_environment = new() { ["DOTNET_TieredPGO"] = "0" };

    /// <summary>Builds one project for Release, silently where nothing is wrong. MSBuild's output goes to standard error.</summary>
    /// <exception cref="ToolException">The build failed; its errors have been shown.</exception>
    public static void Build(string project, string configuration = "Release")
    {
        Terminal.Note($"building {Path.GetFileNameWithoutExtension(project)}");
        int status = ChildProcess.RunToError("dotnet",
            ["msbuild", Repository.PathOf(project), "-restore", $"-p:Configuration={configuration}", "-v:quiet", "-nologo", "-tl:off", "-nodeReuse:false"], s_environment);
        if (status != 0)
            throw new ToolException($"building {project} failed; see the errors above");
    }
}
