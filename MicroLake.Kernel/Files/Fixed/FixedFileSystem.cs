namespace MicroLake.Files;

/// <summary>One read-only directory of files whose contents the system itself provides, made anew for each read.</summary>
public sealed class FixedFileSystem : FileSystem
{
    private readonly SortedDictionary<string, FixedFile> _files = new(StringComparer.Ordinal);
    /// <summary>Linux has no such file system; this is the number that it gives ROM file systems (ROMFS_MAGIC).</summary>
    public const uint DefaultMagic = 0x7275;

    /// <param name="files">
    /// What makes each file's contents, by file name. A reader may take them in several steps, so contents that change keep their length.
    /// </param>
    /// <param name="typeName">The kind of file system, as <c>mount</c> would show it.</param>
    /// <param name="magic">The number that statfs(2) gives for that kind.</param>
    public FixedFileSystem(
        IReadOnlyDictionary<string, Func<ReadOnlyMemory<byte>>> files, string typeName = "fixedfs", uint magic = DefaultMagic)
    {
        TypeName = typeName;
        Magic = magic;
        Root = new FixedDirectory(this);
        foreach ((string name, Func<ReadOnlyMemory<byte>> contents) in files)
        {
            if (name.Length == 0 || name.Contains('/'))
                throw new ArgumentException($"'{name}' is not the name of a file.", nameof(files));
            // The directory is node 1.
            _files.Add(name, new FixedFile(this, contents, _files.Count + 2));
        }
    }

    public override string TypeName { get; }

    public override uint Magic { get; }

    public override bool IsReadOnly => true;

    public override Node Root { get; }

    public override FileSystemSpace Space
    {
        get
        {
            long total = 0;
            foreach (FixedFile file in _files.Values)
                total += file.Status.Size;
            return new(total, 0);
        }
    }

    private sealed class FixedDirectory(FixedFileSystem owner) : Node(owner)
    {
        public override NodeKind Kind => NodeKind.Directory;

        public override NodeStatus Status => new(Kind, Modes.FixedDirectory, 0, 1, 1, owner.Device, default);

        public override Errno Lookup(string name, out Node? child)
        {
            bool found = owner._files.TryGetValue(name, out FixedFile? file);
            child = file;
            return found ? Errno.None : Errno.ENOENT;
        }

        public override Errno List(out IReadOnlyList<DirectoryEntry> entries)
        {
            var list = new List<DirectoryEntry>(owner._files.Count);
            foreach (string name in owner._files.Keys)
                list.Add(new DirectoryEntry(name, NodeKind.File));
            entries = list;
            return Errno.None;
        }
    }

    private sealed class FixedFile(FixedFileSystem owner, Func<ReadOnlyMemory<byte>> contents, int inode) : Node(owner)
    {
        public override NodeKind Kind => NodeKind.File;

        public override NodeStatus Status => new(Kind, Modes.ReadOnlyFile, contents().Length, 1, inode, owner.Device, default);

        public override Errno Read(long offset, Span<byte> buffer, out int count)
        {
            ReadOnlySpan<byte> all = contents().Span;
            count = (int)Math.Clamp(all.Length - offset, 0, buffer.Length);
            if (count > 0)
                all.Slice((int)offset, count).CopyTo(buffer);
            return Errno.None;
        }
    }
}
