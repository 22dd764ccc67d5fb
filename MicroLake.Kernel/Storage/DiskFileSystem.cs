using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>
/// A file system on a disk. Its states are made durable one as a whole after the other, by <see cref="Synchronize"/>, by fsync of any file, and when
/// many pages have changed: whatever happens to the machine, what is there afterwards is exactly one of these states, none older than the last one
/// that was made durable.
/// </summary>
public sealed class DiskFileSystem : FileSystem, IDisposable
{
    private readonly Volume _volume;
    private readonly DiskNode _root;
    private readonly WriteBack _writeBack;

    private DiskFileSystem(BlockStore store, Superblock superblock, bool isFirst, DiskOptions options)
    {
        MountScan scan = MountScan.Run(store, superblock);
        _volume = new Volume(this, store, new StateRecord(store, superblock, isFirst), scan, options);
        if (scan.IsIncomplete)
            options.Log($"{options.MountPath} is read-only: copy what is needed from {store.Name} elsewhere, and format it again");
        try
        {
            using (_volume.Gate.Read())
                _root = _volume.Inodes.Node(DiskLayout.RootInode, NodeKind.Directory, null, "");
        }
        catch (DamageException error)
        {
            throw new DiskFormatException($"{store.Name} is damaged: {error.Message}: restore it from a copy, or format it again");
        }

        DamagedFiles.Report(this, scan.Problems, options.Log);
        _writeBack = new WriteBack(this);
        _volume.BecameDirty = _writeBack.Wake;
    }

    public override string TypeName => "lakefs";

    /// <summary><c>MLFS</c>; no number of linux/magic.h.</summary>
    public override uint Magic => 0x4D4C4653;

    public override bool IsReadOnly => _volume.IsReadOnly;

    public override Node Root => _root;

    public override FileSystemSpace Space
    {
        get
        {
            using (_volume.Gate.Read())
                return new FileSystemSpace(_volume.BlockCount * DiskLayout.BlockBytes, _volume.Space.Available * DiskLayout.BlockBytes);
        }
    }

    public CacheStatistics Statistics
    {
        get
        {
            using (_volume.Gate.Read())
            {
                PageCache cache = _volume.Cache;
                return new CacheStatistics
                {
                    Pages = cache.Count,
                    DirtyPages = cache.Dirty,
                    Limit = cache.Limit,
                    Hits = _volume.Hits,
                    Misses = _volume.Misses,
                    Ahead = cache.Ahead,
                    AheadUsed = cache.AheadUsed,
                    AheadUnused = cache.AheadUnused,
                    Evictions = cache.Evictions,
                    BlocksWritten = _volume.BlocksWritten,
                    States = _volume.States,
                };
            }
        }
    }

    /// <summary>Decides what is read ahead, from the next read on.</summary>
    public IReadahead Readahead
    {
        get => _volume.Readahead;
        set
        {
            using (_volume.Gate.Change())
                _volume.Readahead = value;
        }
    }

    /// <summary>Decides which page leaves the cache, from the next one on.</summary>
    public IReclaim Reclaim
    {
        get => _volume.Cache.Reclaim;
        set
        {
            using (_volume.Gate.Change())
                _volume.Cache.Reclaim = value;
        }
    }

    /// <summary>Decides which of the requests that wait goes next, from the next one on.</summary>
    public IRequestOrder Order
    {
        get => _volume.Gate.Order;
        set
        {
            using (_volume.Gate.Change())
                _volume.Gate.Order = value;
        }
    }

    internal Volume Volume => _volume;

    /// <summary>Mounts a disk. Nothing is written; damage that can be told from the rest is logged, and met as EIO.</summary>
    /// <exception cref="DiskFormatException">It is not formatted, or too damaged.</exception>
    /// <exception cref="BlockDeviceException">The device failed.</exception>
    public static DiskFileSystem Mount(BlockDevice device, DiskOptions options)
    {
        var store = new BlockStore(device);
        Superblock superblock = DiskFormat.ReadSuperblock(store, options.Log, out bool isFirst);
        return new DiskFileSystem(store, superblock, isFirst, options);
    }

    /// <summary>Writes changes back from now on some seconds after they are made, by a thread of its own.</summary>
    public void StartWriteBack() => _writeBack.Start();

    /// <summary>Makes durable everything that was done before, so that both superblocks lead there. EIO: it is not.</summary>
    public Errno Synchronize() => _root.Synchronize(settle: true);

    /// <summary>Makes everything durable and ends the writing back.</summary>
    public void Dispose()
    {
        _writeBack.Dispose();
        _ = Synchronize();
    }
}
