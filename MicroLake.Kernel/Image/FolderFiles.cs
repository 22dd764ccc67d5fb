using MicroLake.Benchmarks;
using MicroLake.Files;
using MicroLake.Files.NineP;
using MicroLake.Platform.Files;
using MicroLake.Shell;
using MicroLake.Storage;

namespace MicroLake.Kernel;

/// <summary>A short operation on a file of a mounted file system.</summary>
internal sealed class FolderFiles : BatchBenchmark
{
    private const int Batch = 32;

    private readonly FileContext _files = new(PlatformFiles.Root);
    private readonly byte[] _bytes = new byte[4096];
    private readonly string _folder, _path;
    private readonly Func<FolderFiles, long, Errno> _operation;
    private readonly bool _creates;
    private int _file = -1;

    /// <param name="operation">Gets the number of the operation in its batch.</param>
    /// <param name="creates">Whether each operation makes a file, which is removed before the next batch.</param>
    private FolderFiles(string folder, string name, string summary, Func<FolderFiles, long, Errno> operation, bool creates = false)
        : base(name, summary, Batch)
    {
        _folder = folder;
        _path = $"{folder}/bench-file";
        _operation = operation;
        _creates = creates;
    }

    /// <summary>Of /host where that is a folder of the host, and of /data where a disk is mounted there.</summary>
    public static IReadOnlyList<IGuestBenchmark> All()
    {
        List<IGuestBenchmark> all = [];
        if (Find("/host") is NinePFileSystem host)
            all.AddRange(Of("/host", "file.9p", host));
        if (Find("/data") is DiskFileSystem data)
        {
            all.AddRange(Of("/data", "file.disk", data));
            all.Add(new FolderFiles("/data", "file.disk.sync_4k", "4 KiB written to an open file in /data and made durable", static (b, _) => b.WriteDurably()));
            all.Add(new ReadUnderWriteBack("/data"));
        }

        return all;
    }

    private static BatchBenchmark[] Of(string folder, string prefix, FileSystem place) =>
    [
        new FolderFiles(folder, $"{prefix}.create", $"a file made in {folder}, opened and closed", static (b, i) => b.Create(i), creates: true),
        new FolderFiles(folder, $"{prefix}.stat", $"stat of a file in {folder}", static (b, _) => b._files.Status(b._path, true, out NodeStatus _)),
        new FolderFiles(folder, $"{prefix}.open", $"a file in {folder} opened and closed", static (b, _) => b.Open()),
        new FolderFiles(folder, $"{prefix}.write_4k", $"4 KiB written to an open file in {folder}", static (b, _) => b._files.WriteAt(b._file, 0, b._bytes, out int _)),
        new FolderFiles(folder, $"{prefix}.read_4k", $"4 KiB read from an open file in {folder}", static (b, _) => b._files.ReadAt(b._file, 0, b._bytes, out int _)),
        new FileTransfer($"{prefix}.write_1mib", $"1 MiB written to {folder}", () => place, write: true),
        new FileTransfer($"{prefix}.read_1mib", $"1 MiB read from {folder}", () => place, write: false),
    ];

    private static FileSystem? Find(string folder) =>
        new FileContext(PlatformFiles.Root).FindFileSystem(folder, out FileSystem? found) == Errno.None ? found : null;

    protected override void Begin()
    {
        Check(_files.Open(_path, OpenFlags.ReadWrite | OpenFlags.Create, Modes.Device, out _file));
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
        _ = _files.Unlink(_path);
    }

    private string NewFile(long number) => $"{_folder}/bench-new-{number}";

    private Errno Create(long number)
    {
        Errno error = _files.Open(NewFile(number), OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, Modes.Device, out int file);
        return error == Errno.None ? _files.Close(file) : error;
    }

    private Errno Open()
    {
        Errno error = _files.Open(_path, OpenFlags.ReadOnly, 0, out int file);
        return error == Errno.None ? _files.Close(file) : error;
    }

    private Errno WriteDurably()
    {
        Errno error = _files.WriteAt(_file, 0, _bytes, out int _);
        return error == Errno.None ? _files.Synchronize(_file) : error;
    }

    private void Check(Errno error)
    {
        if (error != Errno.None)
            throw new IOException($"{Name}: {ErrnoText.Describe(error)}");
    }
}
