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
    private readonly List<DiskNode> _changedNodes = [];
    private readonly Dictionary<long, WeakReference<DiskNode>> _nodes = [];
    private readonly Bitmap _inodes;
    private int _nodesToPrune = 1024;
    private long _inodeCursor = DiskLayout.RootInode;
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
        _inodes = scan.Inodes;
        Cache = new PageCache(options.CacheBudget, options.Reclaim);
        Readahead = options.Readahead;
        _writer = new StateWriter(store, Space, Cache, Buffer, LetReadsGo);
        Table = new BlockTree(this, null) { Root = _superblock.TableRoot, Height = _superblock.TableHeight };
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

    /// <summary>Inodes that the table has, used or not.</summary>
    public long InodeCount => _inodes.Length;

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

    private BlockTree Table { get; }

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
            _writer.Write(FillTable);
            _superblock.TableRoot = Table.Root;
            _superblock.TableHeight = Table.Height;
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

    /// <summary>The node of an inode, the same one for everybody.</summary>
    /// <exception cref="DamageException">The inode is not what its name says.</exception>
    public DiskNode Node(long inode, NodeKind kind, DiskDirectory? parent, string name)
    {
        if (_nodes.TryGetValue(inode, out WeakReference<DiskNode>? known) && known.TryGetTarget(out DiskNode? node))
            return node.Kind == kind ? node : throw Mismatch();
        InodeRecord record = default;
        CachedPage? page = inode >> DiskLayout.InodeShift < _superblock.TableBlocks ? Table.Find(0, inode >> DiskLayout.InodeShift) : null;
        if (page is null || !InodeRecord.TryRead(RecordOf(page, inode), out record) || record.Links == 0 || record.Kind != kind)
            throw Mismatch();
        return Keep(Make(inode, record, parent, name));

        DamageException Mismatch() => new($"{DiskNode.PathOf(parent, name, MountPath)} is damaged: its name leads to inode {inode}, which is no {kind}");
    }

    /// <summary>Numbers in use.</summary>
    public IEnumerable<long> Inodes()
    {
        for (long inode = DiskLayout.RootInode; inode < _inodes.Length; inode++)
            if (_inodes[inode])
                yield return inode;
    }

    /// <summary>Makes an inode for something new. Its place is changeable; the caller gives it a name, or nothing has happened.</summary>
    public DiskNode NewNode(NodeKind kind, int mode, DiskDirectory parent, string name)
    {
        long inode = _inodes.FindClear(_inodeCursor);
        bool grows = inode < 0;
        if (grows)
        {
            inode = _inodes.Length;
            if (inode + DiskLayout.InodesPerBlock > DiskLayout.MaxInodes)
                throw new FileException(Errno.ENOSPC, "there are no inode numbers left");
        }

        DiskNode node = Make(inode, new InodeRecord { Kind = kind, Mode = mode, Times = NodeTimes.At(Now) }, parent, name);
        node.MarkDirty();
        if (grows)
        {
            _inodes.Grow(inode + DiskLayout.InodesPerBlock);
            _superblock.TableBlocks++;
        }

        _inodes.Set(inode);
        _inodeCursor = inode + 1 < _inodes.Length ? inode + 1 : DiskLayout.RootInode;
        return Keep(node);
    }

    /// <summary>An inode's record will be written with the next state.</summary>
    public void MarkDirty(DiskNode node)
    {
        _ = Table.Dirty(0, node.Inode >> DiskLayout.InodeShift);
        _changedNodes.Add(node);
    }

    /// <summary>An inode that is marked as dirty leads nowhere any more, and its number is free.</summary>
    public void Release(DiskNode node)
    {
        RecordOf(Table.Find(0, node.Inode >> DiskLayout.InodeShift)!, node.Inode).Clear();
        _ = _changedNodes.Remove(node);
        _inodes.Clear(node.Inode);
        _ = _nodes.Remove(node.Inode);
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

    private static Span<byte> RecordOf(CachedPage page, long inode) =>
        page.Data.AsSpan((int)(inode & (DiskLayout.InodesPerBlock - 1)) * DiskLayout.InodeBytes, DiskLayout.InodeBytes);

    private DiskNode Make(long inode, in InodeRecord record, DiskDirectory? parent, string name) => record.Kind switch
    {
        NodeKind.File => new DiskFile(this, inode, record, parent, name),
        NodeKind.Directory => new DiskDirectory(this, inode, record, parent, name),
        _ => new DiskSymbolicLink(this, inode, record, parent, name),
    };

    private DiskNode Keep(DiskNode node)
    {
        if (_nodes.Count >= _nodesToPrune)
        {
            foreach ((long inode, WeakReference<DiskNode> known) in _nodes)
                if (!known.TryGetTarget(out _))
                    _ = _nodes.Remove(inode);
            _nodesToPrune = Math.Max(1024, _nodes.Count * 2);
        }

        _nodes[node.Inode] = new WeakReference<DiskNode>(node);
        return node;
    }

    private void FillTable()
    {
        foreach (DiskNode node in _changedNodes)
            node.WriteRecord(RecordOf(Table.Find(0, node.Inode >> DiskLayout.InodeShift)!, node.Inode));
        _changedNodes.Clear();
    }

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
