namespace MicroLake.Shell;

/// <summary>The disks of the machine; the kernel implements it.</summary>
public interface IDisks
{
    IReadOnlyList<DiskInformation> List();

    /// <summary>Makes an empty file system on a disk that is not mounted, and mounts it where nothing is mounted yet.</summary>
    /// <param name="name">As <see cref="List"/> has it.</param>
    /// <param name="force">Also where there is a file system already.</param>
    /// <exception cref="CommandException">It cannot be, or may not.</exception>
    void Format(string name, bool force);

    /// <summary>Makes durable what was written to files on disks.</summary>
    /// <exception cref="CommandException">A disk failed.</exception>
    void Synchronize();

    /// <summary>What the page cache of the mounted disk counts, by name; empty while none is mounted.</summary>
    IReadOnlyList<(string Name, long Value)> CacheCounters();
}

/// <summary>A disk.</summary>
public sealed class DiskInformation
{
    public required string Name { get; init; }

    /// <summary>Bytes that it holds.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes that files can still take; null where it is not mounted.</summary>
    public long? Free { get; init; }

    /// <summary>Where it is mounted, or why it is not.</summary>
    public required string State { get; init; }
}
