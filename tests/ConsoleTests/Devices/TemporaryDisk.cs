namespace MicroLake.ConsoleTests.Devices;

/// <summary>A disk of zeros in a folder of its own.</summary>
internal sealed class TemporaryDisk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("microlake-disk-");

    public TemporaryDisk(long bytes)
    {
        using FileStream file = File.Create(Path);
        file.SetLength(bytes);
    }

    public string Folder => _folder.FullName;

    public string Path => System.IO.Path.Combine(_folder.FullName, "disk.img");

    public void Dispose() => _folder.Delete(recursive: true);
}
