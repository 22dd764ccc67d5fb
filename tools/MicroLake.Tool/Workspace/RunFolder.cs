using System.Globalization;

namespace MicroLake.Tool.Workspace;

/// <summary>What one run of a guest needs on the host: a folder that goes with it, and a serial log that stays.</summary>
public sealed class RunFolder : IDisposable
{
    private const int KeptLogs = 200;

    private static int s_runs;

    /// <param name="purpose">Names the log.</param>
    /// <param name="log">Where the serial log goes, or null for a new file under artifacts/log.</param>
    public RunFolder(string purpose, string? log = null)
    {
        string id = string.Create(CultureInfo.InvariantCulture,
            $"{purpose}-{DateTime.Now:yyyyMMdd-HHmmss}-{Environment.ProcessId}-{Interlocked.Increment(ref s_runs)}");
        Path = Directory.CreateDirectory(System.IO.Path.Combine(Repository.Artifacts, "run", id)).FullName;
        Log = log is null ? System.IO.Path.Combine(Repository.Logs, $"{id}.log") : System.IO.Path.GetFullPath(log);
        ForgetOldLogs();
    }

    public string Path { get; }

    /// <summary>The raw serial log.</summary>
    public string Log { get; }

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static void ForgetOldLogs()
    {
        foreach (FileInfo old in new DirectoryInfo(Repository.Logs).EnumerateFiles()
                     .OrderByDescending(f => f.LastWriteTimeUtc).Skip(KeptLogs))
            old.Delete();
    }
}
