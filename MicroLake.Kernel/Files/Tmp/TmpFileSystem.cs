namespace MicroLake.Files;

/// <summary>
/// A writable file system in memory (like Linux tmpfs). One lock guards the whole tree: the data is memory, so
/// every call is short. A quota bounds what files, names and nodes may take; beyond it calls fail with ENOSPC.
/// </summary>
public sealed class TmpFileSystem : FileSystem
{
    /// <summary>What a node and its name are charged, so that empty files cannot eat all memory either.</summary>
    internal const int NodeCost = 512;

    /// <summary>Files cannot grow beyond this, whatever the quota: 8 TiB, sparse.</summary>
    internal const long MaxFileSize = 1L << 43;

    private readonly long _quota;
    private readonly TimeProvider _clock;
    private long _used;
    private long _lastInode;

    /// <param name="quotaBytes">Most bytes that data and nodes may take together.</param>
    /// <param name="clock">Gives the time stamps.</param>
    public TmpFileSystem(long quotaBytes, TimeProvider? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quotaBytes);
        _quota = quotaBytes;
        _clock = clock ?? TimeProvider.System;
        // Its name is the mount, which it never loses.
        Tree = new TmpDirectory(this, Modes.SharedDirectory, null) { Names = 1 };
    }

    public override string TypeName => "tmpfs";

    /// <summary>TMPFS_MAGIC of linux/magic.h.</summary>
    public override uint Magic => 0x01021994;

    public override bool IsReadOnly => false;

    public override Node Root => Tree;

    public override FileSystemSpace Space
    {
        get
        {
            lock (Gate)
                return new FileSystemSpace(_quota, _quota - _used);
        }
    }

    internal Lock Gate { get; } = new();

    internal long Now => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private TmpDirectory Tree { get; }

    internal long NextInode() => ++_lastInode;

    /// <summary>Takes room; false when the quota does not have it. Call with the gate held.</summary>
    internal bool TryCharge(long bytes)
    {
        if (bytes > _quota - _used)
            return false;
        _used += bytes;
        return true;
    }

    /// <summary>Gives room back. Call with the gate held.</summary>
    internal void Refund(long bytes) => _used -= bytes;
}
