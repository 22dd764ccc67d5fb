using MicroLake.Benchmarks;
using MicroLake.Files;
using MicroLake.Platform.Files;

namespace MicroLake.Kernel;

/// <summary>A file of 1 MiB, opened, written or read through, and closed.</summary>
/// <param name="place">Makes the file system that is measured.</param>
internal sealed class FileTransfer(string name, string summary, Func<FileSystem> place, bool write) : BatchBenchmark(name, summary, Rounds)
{
    private const int Rounds = 2;
    private const string Folder = "/measured";
    private const string Path = $"{Folder}/bench-transfer";

    private readonly byte[] _bytes = new byte[1 << 20];
    private FileContext? _files;

    /// <summary>In /tmp as it is mounted, and in a file system in the kernel.</summary>
    public static IReadOnlyList<FileTransfer> All() =>
    [
        new("files.write_1mib.tmp", "1 MiB written to /tmp", Temporary, write: true),
        new("files.read_1mib.tmp", "1 MiB read from /tmp", Temporary, write: false),
        new("files.write_1mib.kernel", "1 MiB written to memory of the kernel", PlatformFiles.CreateTemporary, write: true),
        new("files.read_1mib.kernel", "1 MiB read from memory of the kernel", PlatformFiles.CreateTemporary, write: false),
    ];

    protected override void Begin()
    {
        var tree = new VirtualFileSystem();
        tree.Mount(Folder, place());
        _files = new FileContext(tree);
        Transfer(write: true);
    }

    protected override void Operate(long count)
    {
        for (long i = 0; i < count; i++)
            Transfer(write);
    }

    protected override void End() => _ = _files?.Unlink(Path);

    private static FileSystem Temporary() =>
        new FileContext(PlatformFiles.Root).FindFileSystem("/tmp", out FileSystem? mounted) == Errno.None
            ? mounted!
            : throw new IOException("nothing is mounted at /tmp");

    private void Transfer(bool write)
    {
        OpenFlags flags = write ? OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate : OpenFlags.ReadOnly;
        int done = 0;
        if (_files!.Open(Path, flags, Modes.Device, out int file) == Errno.None)
        {
            _ = write ? _files.Write(file, _bytes, out done) : _files.Read(file, _bytes, out done);
            _ = _files.Close(file);
        }

        if (done != _bytes.Length)
            throw new IOException($"{Name}: {done} of {_bytes.Length} bytes");
    }
}
