namespace MicroLake.Files;

/// <summary>A tree of nodes that can be mounted. Implementations are safe for use by several threads.</summary>
public abstract class FileSystem
{
    private static int s_lastDevice;

    /// <summary>The kind of file system, as <c>mount</c> would show it (<c>tmpfs</c>, <c>tarfs</c>, <c>devfs</c>).</summary>
    public abstract string TypeName { get; }

    /// <summary>The number that statfs(2) gives for this kind of file system.</summary>
    public abstract uint Magic { get; }

    public abstract bool IsReadOnly { get; }

    public abstract Node Root { get; }

    public abstract FileSystemSpace Space { get; }

    /// <summary>A number that no other file system of this system has.</summary>
    public int Device { get; } = Interlocked.Increment(ref s_lastDevice);
}
