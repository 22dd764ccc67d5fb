using System.Text;

namespace MicroLake.Files;

/// <summary>A member of an archive in the tree.</summary>
internal abstract class TarNode(TarFileSystem owner, TarEntry entry, int inode) : Node(owner)
{
    public override NodeStatus Status =>
        new(Kind, Entry.Mode, Size, 1, inode, FileSystem.Device, NodeTimes.At(Entry.Modification));

    protected TarEntry Entry { get; set; } = entry;

    protected abstract long Size { get; }
}

/// <summary>A file whose bytes are a piece of the archive.</summary>
internal sealed class TarFile(TarFileSystem owner, TarEntry entry, int inode) : TarNode(owner, entry, inode)
{
    public override NodeKind Kind => NodeKind.File;

    protected override long Size => Entry.Size;

    public override Errno Read(long offset, Span<byte> buffer, out int count)
    {
        count = (int)Math.Clamp(Entry.Size - offset, 0, buffer.Length);
        if (count > 0)
            ((TarFileSystem)FileSystem).Slice(Entry.DataOffset + (int)offset, count).CopyTo(buffer);
        return Errno.None;
    }
}

/// <summary>A symbolic link.</summary>
internal sealed class TarSymbolicLink(TarFileSystem owner, TarEntry entry, int inode) : TarNode(owner, entry, inode)
{
    public override NodeKind Kind => NodeKind.SymbolicLink;

    protected override long Size => Encoding.UTF8.GetByteCount(Entry.LinkTarget);

    public override Errno ReadLink(out string target)
    {
        target = Entry.LinkTarget;
        return Errno.None;
    }
}

/// <summary>A directory, written in the archive or implied by the paths in it. Immutable once the index is built.</summary>
internal sealed class TarDirectory(TarFileSystem owner, TarEntry entry, int inode) : TarNode(owner, entry.Mode == 0 ? entry with { Mode = Modes.Directory } : entry, inode)
{
    private readonly SortedDictionary<string, TarNode> _children = new(StringComparer.Ordinal);

    public override NodeKind Kind => NodeKind.Directory;

    protected override long Size => 0;

    public override Errno Lookup(string name, out Node? child)
    {
        bool found = _children.TryGetValue(name, out TarNode? node);
        child = node;
        return found ? Errno.None : Errno.ENOENT;
    }

    public override Errno List(out IReadOnlyList<DirectoryEntry> entries)
    {
        var list = new List<DirectoryEntry>(_children.Count);
        foreach ((string name, TarNode child) in _children)
            list.Add(new DirectoryEntry(name, child.Kind));
        entries = list;
        return Errno.None;
    }

    internal void Set(string name, TarNode node) => _children[name] = node;

    internal void Describe(TarEntry entry) => Entry = entry;
}
