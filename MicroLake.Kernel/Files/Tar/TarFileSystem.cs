namespace MicroLake.Files;

/// <summary>
/// A tar archive in memory as a read-only file system. The index is built once and holds everything checked;
/// reading copies straight from the archive.
/// </summary>
public sealed class TarFileSystem : FileSystem
{
    private readonly ReadOnlyMemory<byte> _data;

    /// <param name="archive">Name of the archive for error messages, for example <c>boot.tar</c>.</param>
    /// <param name="data">The whole archive; it must not change while the file system is in use.</param>
    /// <exception cref="TarFormatException">The archive is damaged; nothing of it is used.</exception>
    public TarFileSystem(string archive, ReadOnlyMemory<byte> data)
    {
        _data = data;
        TarDirectory root = new(this, default, 1);
        Dictionary<string, TarNode> nodes = new(StringComparer.Ordinal) { [""] = root };
        TarReader reader = new(archive, data);
        int inode = 1;
        while (reader.Read() is { } entry)
            if (Make(entry, ++inode, nodes, archive) is { } node)
                Place(node, entry, nodes, archive);
        Root = root;
        Count = nodes.Count - 1;
    }

    public override string TypeName => "tarfs";

    /// <summary>Linux has no tar file system; this is the number that it gives ROM file systems (ROMFS_MAGIC).</summary>
    public override uint Magic => 0x7275;

    public override bool IsReadOnly => true;

    public override Node Root { get; }

    public override FileSystemSpace Space => new(_data.Length, 0);

    /// <summary>Number of files, directories and links.</summary>
    public int Count { get; }

    internal ReadOnlySpan<byte> Slice(int offset, int length) => _data.Span.Slice(offset, length);

    private TarNode? Make(in TarEntry entry, int inode, Dictionary<string, TarNode> nodes, string archive)
    {
        switch (entry.Type)
        {
            case '0' or '7':
                return new TarFile(this, entry, inode);
            case '2':
                return new TarSymbolicLink(this, entry, inode);
            case '5':
                return new TarDirectory(this, entry, inode);
            case '1':
                string target = string.Join('/', entry.LinkTarget.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != "."));
                return nodes.TryGetValue(target, out TarNode? linked) && linked is not TarDirectory
                    ? linked
                    : throw new TarFormatException(archive, entry.HeaderOffset, $"a hard link leads to '{TarReader.Printable(target)}', which does not come before it");
            default:
                // Devices, pipes and vendors' extensions have no place in a read-only tree of files.
                return null;
        }
    }

    private void Place(TarNode node, in TarEntry entry, Dictionary<string, TarNode> nodes, string archive)
    {
        if (nodes.TryGetValue(entry.Path, out TarNode? existing) && existing is TarDirectory directory)
        {
            if (node is not TarDirectory)
                throw new TarFormatException(archive, entry.HeaderOffset, $"'{TarReader.Printable(entry.Path)}' is a directory and a file");
            directory.Describe(entry);
            return;
        }
        int slash = entry.Path.LastIndexOf('/');
        TarDirectory parent = Parent(slash < 0 ? "" : entry.Path[..slash], entry, nodes, archive);
        // A later member of the same name replaces the earlier one, as when unpacking.
        parent.Set(entry.Path[(slash + 1)..], node);
        nodes[entry.Path] = node;
    }

    private TarDirectory Parent(string path, in TarEntry entry, Dictionary<string, TarNode> nodes, string archive)
    {
        if (nodes.TryGetValue(path, out TarNode? node))
            return node as TarDirectory
                ?? throw new TarFormatException(archive, entry.HeaderOffset, $"'{TarReader.Printable(path)}' is a file and a directory");
        TarDirectory current = (TarDirectory)nodes[""];
        for (int end = path.IndexOf('/'); ; end = path.IndexOf('/', end + 1))
        {
            string above = end < 0 ? path : path[..end];
            if (!nodes.TryGetValue(above, out node))
            {
                node = new TarDirectory(this, new TarEntry(above, '5', "", Modes.Directory, entry.Modification, 0, 0, 0), entry.HeaderOffset + 1);
                current.Set(above[(above.LastIndexOf('/') + 1)..], node);
                nodes.Add(above, node);
            }
            current = node as TarDirectory
                ?? throw new TarFormatException(archive, entry.HeaderOffset, $"'{TarReader.Printable(above)}' is a file and a directory");
            if (end < 0)
                return current;
        }
    }
}
