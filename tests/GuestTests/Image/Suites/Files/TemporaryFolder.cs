namespace MicroLake.GuestTests.Suites;

/// <summary>A folder of its own for one test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static int s_count;

    public TemporaryFolder()
    {
        Path = $"{Where.Temporary}/guest-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string File(string name) => $"{Path}/{name}";

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
