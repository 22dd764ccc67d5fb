using MicroLake.Benchmarks;
using MicroLake.Files;
using MicroLake.Files.NineP;
using MicroLake.Platform.Files;

namespace MicroLake.Kernel;

/// <summary>A short operation on a file of the host.</summary>
internal sealed class HostFiles : BatchBenchmark
{
    private const string Folder = "/host";
    private const string Path = $"{Folder}/bench-file";
    private const int Batch = 32;

    private readonly FileContext _files = new(PlatformFiles.Root);
    private readonly byte[] _bytes = new byte[4096];
    private readonly Func<HostFiles, long, Errno> _operation;
    private readonly bool _creates;
    private int _file = -1;

    /// <param name="operation">Gets the number of the operation in its batch.</param>
    /// <param name="creates">Whether each operation makes a file, which is removed before the next batch.</param>
    private HostFiles(string name, string summary, Func<HostFiles, long, Errno> operation, bool creates = false)
        : base(name, summary, Batch)
    {
        _operation = operation;
        _creates = creates;
    }

    /// <summary>None where /host is no folder of the host.</summary>
    public static IReadOnlyList<BatchBenchmark> All() => new FileContext(PlatformFiles.Root).FindFileSystem(Folder, out FileSystem? host) == Errno.None && host is NinePFileSystem
        ?
        [
            new HostFiles("file.9p.create", "a file made in /host, opened and closed", static (b, i) => b.Create(i), creates: true),
            new HostFiles("file.9p.stat", "stat of a file in /host", static (b, _) => b._files.Status(Path, true, out NodeStatus _)),
            new HostFiles("file.9p.open", "a file in /host opened and closed", static (b, _) => b.Open()),
            new HostFiles("file.9p.write_4k", "4 KiB written to an open file in /host", static (b, _) => b._files.WriteAt(b._file, 0, b._bytes, out int _)),
            new HostFiles("file.9p.read_4k", "4 KiB read from an open file in /host", static (b, _) => b._files.ReadAt(b._file, 0, b._bytes, out int _)),
            new FileTransfer("file.9p.write_1mib", "1 MiB written to /host", () => host, write: true),
            new FileTransfer("file.9p.read_1mib", "1 MiB read from /host", () => host, write: false),
        ]
        : [];

    protected override void Begin()
    {
        Check(_files.Open(Path, OpenFlags.ReadWrite | OpenFlags.Create, Modes.Device, out _file));
        Check(_files.WriteAt(_file, 0, _bytes, out _));
    }

    protected override void Prepare()
    {
        for (long i = 0; _creates && i < Batch; i++)
            _ = _files.Unlink(NewFile(i));
    }

    protected override void Operate(long count)
    {
        for (long i = 0; i < count; i++)
            Check(_operation(this, i));
    }

    protected override void End()
    {
        Prepare();
        _ = _files.Close(_file);
        _ = _files.Unlink(Path);
    }

    private static string NewFile(long number) => $"{Folder}/bench-new-{number}";

    private Errno Create(long number)
    {
        Errno error = _files.Open(NewFile(number), OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, Modes.Device, out int file);
        return error == Errno.None ? _files.Close(file) : error;
    }

    private Errno Open()
    {
        Errno error = _files.Open(Path, OpenFlags.ReadOnly, 0, out int file);
        return error == Errno.None ? _files.Close(file) : error;
    }

    private void Check(Errno error)
    {
        if (error != Errno.None)
            throw new IOException($"{Name}: {ErrnoText.Describe(error)}");
    }
}
