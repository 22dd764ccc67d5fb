namespace MicroLake.Files;

/// <summary>What stat(2) tells of a node.</summary>
/// <param name="Kind">What the node is.</param>
/// <param name="Mode">Permission bits only (octal 7777); the type is <paramref name="Kind"/>.</param>
/// <param name="Size">Length in bytes; of a symbolic link, of its target text.</param>
/// <param name="Links">Number of names.</param>
/// <param name="Inode">Number of the node, unique within its file system.</param>
/// <param name="Device">Number of the file system.</param>
/// <param name="Times">Time stamps.</param>
public readonly record struct NodeStatus(
    NodeKind Kind, int Mode, long Size, int Links, long Inode, int Device, NodeTimes Times);

/// <summary>Time stamps of a node, in nanoseconds since 1970-01-01T00:00:00Z.</summary>
public readonly record struct NodeTimes(long Access, long Modification, long Change, long Birth)
{
    /// <summary>All four stamps at one instant.</summary>
    public static NodeTimes At(long nanoseconds) => new(nanoseconds, nanoseconds, nanoseconds, nanoseconds);
}
