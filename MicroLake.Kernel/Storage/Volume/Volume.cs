using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>
/// A mounted disk: its blocks, inodes and pages, and the state that comes next. Everything here is done in a turn of <see cref="Gate"/>.
/// An operation first makes all that it will change changeable, which may fail and has no effect, and then changes it, which cannot fail.
/// </summary>
internal sealed class Volume
{
    /// <summary>Pages of an operation beside the data that it writes: directories, inodes and pointer blocks.</summary>
    private const int OperationPages = 48;

    private readonly StateRecord _record;
    private readonly Superblock _superblock;
    private readonly Action<string> _log;
    private readonly TimeProvider _clock;
    private readonly StateWriter _writer;
    private string? _lastLogged;
    private bool _isStopped;

    public Volume(FileSystem fileSystem, BlockStore store, StateRecord record, MountScan scan, DiskOptions options)
    {
        FileSystem = fileSystem;
        Store = store;
        Gate = new DiskGate(options.Order);
        _record = record;
        _superblock = record.Superblock;
        _log = options.Log;
        _clock = options.Clock;
        MountPath = options.MountPath;
        IsReadOnly = store.IsReadOnly || scan.IsIncomplete;
        Space = new SpaceMap(scan.Blocks, scan.FreeBlocks);
        Cache = new PageCache(options.CacheBudget, options.Reclaim);
        Readahead = options.Readahead;
        _writer = new StateWriter(store, Space, Cache, Buffer, LetReadsGo);
        Inodes = new InodeTable(this, _superblock, scan.Inodes);
    }

    public DiskGate Gate { get; }

    public FileSystem FileSystem { get; }

    public BlockStore Store { get; }

    public SpaceMap Space { get; }

    public PageCache Cache { get; }

    public IReadahead Readahead { get; set; }

    public string MountPath { get; }

    public bool IsReadOnly { get; }

    public long BlockCount => _superblock.BlockCount;

    public InodeTable Inodes { get; }

    public long Now => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>Whether something has changed since the last durable state.</summary>
    public bool IsDirty => Cache.Dirty > 0;

    public long Hits { get; set; }

    public long Misses { get; set; }

    public long BlocksWritten => _writer.BlocksWritten;

    public long States { get; private set; }

    /// <summary>Called when the first change since a durable state is made.</summary>
    public Action? BecameDirty { get; set; }

    /// <summary>For one request of many blocks.</summary>
    public byte[] Buffer { get; } = new byte[BlockStore.MaxRun * DiskLayout.BlockBytes];

    /// <summary>For the pointers to them.</summary>
    public BlockPointer[] Pointers { get; } = new BlockPointer[BlockStore.MaxRun];

    /// <summary>Begins a change: makes room for it if a durable state can, and keeps changed pages from filling the cache.</summary>
    /// <exception cref="FileException">Nothing can be changed.</exception>
    public void Begin(int dataPages = 0)
    {
        if (IsReadOnly)
            throw new FileException(Errno.EROFS, "the disk is read-only");
        CheckRunning();
        Cache.Begin();
        int pages = dataPages + OperationPages;
        if (Cache.Dirty + pages > Cache.Limit / 2 + OperationPages || (Space.Pending > 0 && !Space.HasRoomFor(pages)))
            Commit(settle: true);
    }

    /// <summary>Makes everything durable. When it fails nothing is lost yet: what was not written is written with the next try.</summary>
    /// <param name="settle">Also that both superblocks lead there, and that the device knows what is free: for who does not wait for each change.</param>
    /// <exception cref="BlockDeviceException">The device failed.</exception>
    /// <exception cref="FileException">The file system has stopped.</exception>
    public void Commit(bool settle)
    {
        CheckRunning();
        if (IsDirty)
        {
            _writer.Write(Inodes.WriteChanges);
            Inodes.SetRoot();
            MakeSure(() => _record.Commit(settle ? null : _writer.Written));
            States++;
            _writer.Committed();
            Space.ReleasePending();
        }
        else if (settle && !_record.IsSettled && !IsReadOnly)
        {
            MakeSure(_record.Settle);
        }

        if (settle)
            Space.TellFreed(Store.Discard);
    }

    /// <summary>What a caller gets for an exception; none: it is not one of a file system's.</summary>
    public Errno ErrorOf(Exception error)
    {
        switch (error)
        {
            case DamageException or BlockDeviceException:
                Log(error.Message);
                return Errno.EIO;
            case FileException file:
                return file.Error;
            case OutOfMemoryException:
                return Errno.ENOMEM;
            default:
                return Errno.None;
        }
    }

    public void SetDirty(CachedPage page, bool isTable)
    {
        if (!IsDirty)
            BecameDirty?.Invoke();
        Space.Promise();
        Cache.SetDirty(page);
        _writer.Add(page, isTable);
    }

    /// <summary>Reads blocks that follow each other; false: it cannot be done in one piece.</summary>
    public bool TryRead(uint block, Span<byte> data)
    {
        if (block + (data.Length >> DiskLayout.BlockShift) > Store.DeviceBlocks)
            return false;
        try
        {
            Store.Read(block, data);
            return true;
        }
        catch (BlockDeviceException)
        {
            return false;
        }
    }

    /// <summary>Reads a pointer block that is about to go; null: it is damaged, or the device does not read it.</summary>
    public byte[]? TryReadPointers(BlockPointer pointer)
    {
        try
        {
            byte[] data = new byte[DiskLayout.BlockBytes];
            return Store.ReadChecked(pointer, data) is null ? data : null;
        }
        catch (BlockDeviceException)
        {
            return null;
        }
    }

    /// <summary>Between two requests of a state, everything that is in memory is whole: what reads change is the clean pages alone.</summary>
    private void LetReadsGo() => Gate.LetReadsGo(Cache.Dirty);

    private void MakeSure(Action write)
    {
        bool durable = false;
        try
        {
            write();
            durable = true;
        }
        finally
        {
            // What a failed flush has lost cannot be known, and a second flush may say that all is well.
            if (!durable)
                Stop();
        }
    }

    private void CheckRunning()
    {
        if (_isStopped)
            throw new FileException(Errno.EIO, "the file system has stopped");
    }

    private void Stop()
    {
        _isStopped = true;
        Log($"{MountPath} has stopped: {Store.Name} failed while it made changes durable; they may be lost. Mount the disk again");
    }

    /// <summary>Says it once, however often it is met.</summary>
    private void Log(string message)
    {
        if (message == _lastLogged)
            return;
        _lastLogged = message;
        _log(message);
    }
}
