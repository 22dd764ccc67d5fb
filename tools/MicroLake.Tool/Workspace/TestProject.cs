namespace MicroLake.Tool.Workspace;

/// <summary>A host program, under tests/ or tools/, built for net10.0 and started directly.</summary>
/// <param name="Path">Path of the project file in the repository.</param>
public sealed record TestProject(string Path)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Executable =>
        System.IO.Path.Combine(Repository.PathOf(System.IO.Path.GetDirectoryName(Path)!), "bin/Release/net10.0", Name);

    /// <exception cref="ToolException">The build failed.</exception>
    public void Build()
    {
        using BuildLock guard = BuildLock.Take();
        DotNet.Build(Path);
    }
}
