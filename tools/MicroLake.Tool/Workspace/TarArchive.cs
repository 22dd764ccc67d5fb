using System.Formats.Tar;

namespace MicroLake.Tool.Workspace;

/// <summary>Writes a ustar archive (POSIX.1-1988) of regular files and folders, the only entries that the guest reads.</summary>
public sealed class TarArchive : IDisposable
{
    private readonly TarWriter _writer;
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    public TarArchive(string path) =>
        _writer = new TarWriter(File.Create(path), TarEntryFormat.Ustar, leaveOpen: false);

    /// <summary>Adds a file with the folders above it. A pipe or device goes in as such, unread; the guest passes over it.</summary>
    /// <exception cref="ToolException">The name is too long for ustar (100 bytes, or 255 split at a slash).</exception>
    public void AddFile(string name, string source)
    {
        AddFoldersAbove(name);
        Add(name, () => _writer.WriteEntry(source, name));
    }

    public void AddFolder(string name)
    {
        AddFoldersAbove(name);
        if (_folders.Add(name))
            Add(name, () => _writer.WriteEntry(new UstarTarEntry(TarEntryType.Directory, name + "/") { Mode = (UnixFileMode)0b111_101_101 }));
    }

    public void Dispose() => _writer.Dispose();

    private void AddFoldersAbove(string name)
    {
        int slash = name.LastIndexOf('/');
        if (slash > 0)
            AddFolder(name[..slash]);
    }

    private static void Add(string name, Action write)
    {
        try
        {
            write();
        }
        catch (ArgumentException)
        {
            throw new ToolException($"the path {name} is too long for a tar archive (ustar takes 100 bytes, or 255 split at a slash); shorten it");
        }
    }
}
