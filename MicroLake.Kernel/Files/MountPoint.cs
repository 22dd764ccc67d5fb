using System.Collections.Concurrent;

namespace MicroLake.Files;

/// <summary>A place in the tree of mounts: either something is mounted here, or only further below.</summary>
internal sealed class MountPoint(FileSystem owner, string path)
{
    public string Path { get; } = path;

    /// <summary>The root of what is mounted here; null where the place only leads to mounts below it.</summary>
    public Node? Mounted { get; set; }

    public ConcurrentDictionary<string, MountPoint> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>Stands for the place where no file system has a directory of that name.</summary>
    public Node Placeholder { get; } = new PlaceholderDirectory(owner);

    public MountPoint GetOrAddChild(string name) =>
        Children.GetOrAdd(name, n => new MountPoint(owner, Path == "/" ? "/" + n : Path + "/" + n));

    private sealed class PlaceholderDirectory(FileSystem owner) : Node(owner)
    {
        public override NodeKind Kind => NodeKind.Directory;

        public override NodeStatus Status => new(NodeKind.Directory, Modes.FixedDirectory, 0, 2, 1, FileSystem.Device, default);

        public override Errno List(out IReadOnlyList<DirectoryEntry> entries)
        {
            entries = [];
            return Errno.None;
        }
    }
}
