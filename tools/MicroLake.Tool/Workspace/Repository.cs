namespace MicroLake.Tool.Workspace;

/// <summary>Where things are in the repository that this tool was built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>What the tool makes and keeps: logs, archives, images, results. Ignored by git.</summary>
    public static string Artifacts => Folder("artifacts");

    public static string Logs => Folder("artifacts/log");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string Folder(string relative) => Directory.CreateDirectory(PathOf(relative)).FullName;

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "MicroLake.slnx")))
                return folder.FullName;
        throw new ToolException($"{AppContext.BaseDirectory} is not inside a MicroLake checkout; start the tool by ./build.sh");
    }
}
