namespace MicroLake.Files;

/// <summary>The one tree that all mounted file systems make up. Safe for use by several threads.</summary>
public sealed class VirtualFileSystem
{
    private readonly MountPoint _root;
    private readonly Lock _gate = new();

    public VirtualFileSystem() => _root = new MountPoint(new MountTable(this), "/");

    internal Position Root => new(_root.Mounted ?? _root.Placeholder, _root);

    /// <summary>Mounts a file system, or a part of one, at an absolute path. The path need not exist.</summary>
    /// <param name="path">Where, for example <c>/boot</c>.</param>
    /// <param name="fileSystem">What.</param>
    /// <param name="subTree">Directory inside the file system that becomes the root of the mount.</param>
    /// <exception cref="ArgumentException">The path is not absolute, taken, or the sub-tree is no directory.</exception>
    public void Mount(string path, FileSystem fileSystem, string subTree = "/") => Put(path, fileSystem, subTree, replace: false);

    /// <summary>Mounts a file system in the place of another, which open files go on using.</summary>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public void Replace(string path, FileSystem fileSystem) => Put(path, fileSystem, "/", replace: true);

    /// <summary>What is mounted where, by path.</summary>
    public IReadOnlyList<(string Path, FileSystem FileSystem)> Mounts
    {
        get
        {
            List<(string, FileSystem)> mounts = [];
            Collect(_root, mounts);
            return mounts;
        }
    }

    internal Errno Walk(string absolutePath, bool followLast, out WalkResult result, bool findLast = true) =>
        PathWalk.Walk(Root, absolutePath, followLast, out result, findLast);

    private void Put(string path, FileSystem fileSystem, string subTree, bool replace)
    {
        if (!path.StartsWith('/') || PathLimits.CheckPath(path) != Errno.None)
            throw new ArgumentException($"A mount needs an absolute path, not '{path}'.", nameof(path));
        Errno error = PathWalk.Walk(new Position(fileSystem.Root, null), "/" + subTree, true, out WalkResult found);
        if (error != Errno.None || found.Target is not { Node.Kind: NodeKind.Directory } top)
            throw new ArgumentException($"The {fileSystem.TypeName} has no directory '{subTree}' to mount.", nameof(subTree));
        lock (_gate)
        {
            MountPoint place = Place(path);
            if (place.Mounted is not null && !replace)
                throw new ArgumentException($"Something is already mounted at '{place.Path}'.", nameof(path));
            place.Mounted = top.Node;
        }
    }

    private MountPoint Place(string path)
    {
        MountPoint place = _root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name is "." or "..")
                throw new ArgumentException($"A mount path has no dots: '{path}'.", nameof(path));
            place = place.GetOrAddChild(name);
        }
        return place;
    }

    private static void Collect(MountPoint place, List<(string, FileSystem)> mounts)
    {
        if (place.Mounted is not null)
            mounts.Add((place.Path, place.Mounted.FileSystem));
        foreach (MountPoint child in place.Children.Values.OrderBy(c => c.Path, StringComparer.Ordinal))
            Collect(child, mounts);
    }

    /// <summary>Owns the directories that exist only because something is mounted below them.</summary>
    private sealed class MountTable(VirtualFileSystem tree) : FileSystem
    {
        public override string TypeName => "rootfs";

        /// <summary>RAMFS_MAGIC, what Linux says of its rootfs.</summary>
        public override uint Magic => 0x858458F6;

        public override bool IsReadOnly => true;

        public override Node Root => tree._root.Placeholder;

        public override FileSystemSpace Space => default;
    }
}
