namespace MicroLake.Tool.Workspace;

/// <summary>Lets one process at a time write build outputs, however many are started side by side.</summary>
public sealed class BuildLock : IDisposable
{
    private readonly FileStream _file;

    private BuildLock(FileStream file) => _file = file;

    /// <summary>Waits until no other process holds the lock.</summary>
    public static BuildLock Take()
    {
        string path = Path.Combine(Repository.Artifacts, "build.lock");
        while (true)
        {
            try
            {
                return new BuildLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                Thread.Sleep(100);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
