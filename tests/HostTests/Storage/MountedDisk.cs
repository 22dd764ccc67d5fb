using MicroLake.Files;
using MicroLake.Storage;
using MicroLake.Storage.Decisions;

namespace MicroLake.HostTests.Storage;

/// <summary>A disk that is mounted at <c>/d</c>.</summary>
internal sealed class MountedDisk
{
    public MountedDisk(BlockDevice disk, long cacheBytes = 1 << 20, HookedPageCache? decisions = null)
    {
        FileSystem = DiskFileSystem.Mount(disk, new DiskOptions { MountPath = "/d", Log = Log.Add, CacheBudget = () => cacheBytes });
        if (decisions is not null)
            (FileSystem.Reclaim, FileSystem.Readahead) = (decisions, decisions);
        Files = Context(FileSystem);
    }

    /// <summary>Another program that uses what is mounted.</summary>
    public MountedDisk(DiskFileSystem fileSystem)
    {
        FileSystem = fileSystem;
        Files = Context(fileSystem);
    }

    public DiskFileSystem FileSystem { get; }

    public FileContext Files { get; }

    public List<string> Log { get; } = [];

    public Errno Write(string path, ReadOnlySpan<byte> data)
    {
        Errno error = Files.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, 0x1B6, out int fd);
        while (error == Errno.None && data.Length > 0)
        {
            error = Files.Write(fd, data, out int count);
            data = data[count..];
        }

        _ = Files.Close(fd);
        return error;
    }

    public Errno Read(string path, out byte[] data)
    {
        data = [];
        Errno error = Files.Open(path, OpenFlags.ReadOnly, 0, out int fd);
        byte[] buffer = new byte[100_000];
        while (error == Errno.None)
        {
            error = Files.Read(fd, buffer, out int count);
            if (count == 0)
                break;
            data = [.. data, .. buffer.AsSpan(0, count)];
        }

        _ = Files.Close(fd);
        return error;
    }

    private static FileContext Context(DiskFileSystem fileSystem)
    {
        VirtualFileSystem tree = new();
        tree.Mount("/d", fileSystem);
        return new FileContext(tree);
    }
}
