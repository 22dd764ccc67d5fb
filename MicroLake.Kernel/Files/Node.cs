namespace MicroLake.Files;

/// <summary>
/// A file, directory, link or device. Names given to a node are single, checked path components. What a kind of
/// node cannot do fails with the error that POSIX gives for it; a file system overrides what it supports.
/// </summary>
public abstract class Node(FileSystem fileSystem)
{
    private AdvisoryLock? _advisoryLock;

    public FileSystem FileSystem { get; } = fileSystem;

    public abstract NodeKind Kind { get; }

    public abstract NodeStatus Status { get; }

    /// <summary>False for devices that have no position, such as a terminal.</summary>
    public virtual bool IsSeekable => Kind != NodeKind.CharacterDevice;

    /// <summary>True for a terminal (isatty(3)).</summary>
    public virtual bool IsTerminal => false;

    private AdvisoryLock AdvisoryLock => LazyInitializer.EnsureInitialized(ref _advisoryLock);

    private Errno ChangeError => Kind != NodeKind.Directory ? Errno.ENOTDIR : FileSystem.IsReadOnly ? Errno.EROFS : Errno.EPERM;

    private Errno DataError => Kind == NodeKind.Directory ? Errno.EISDIR : FileSystem.IsReadOnly ? Errno.EROFS : Errno.EINVAL;

    public virtual Errno Lookup(string name, out Node? child)
    {
        child = null;
        return Kind == NodeKind.Directory ? Errno.ENOENT : Errno.ENOTDIR;
    }

    /// <summary>The names in it, in ordinal order.</summary>
    public virtual Errno List(out IReadOnlyList<DirectoryEntry> entries)
    {
        entries = [];
        return Errno.ENOTDIR;
    }

    public virtual Errno ReadLink(out string target)
    {
        target = "";
        return Errno.EINVAL;
    }

    /// <summary>Makes an empty file; fails with EEXIST when the name is taken.</summary>
    public virtual Errno CreateFile(string name, int mode, out Node? file)
    {
        file = null;
        return ChangeError;
    }

    public virtual Errno CreateDirectory(string name, int mode) => ChangeError;

    public virtual Errno CreateSymbolicLink(string name, string target) => ChangeError;

    public virtual Errno CreateLink(string name, Node existing) => ChangeError;

    public virtual Errno Unlink(string name) => ChangeError;

    public virtual Errno RemoveDirectory(string name) => ChangeError;

    /// <summary>Moves a name of this directory, replacing atomically what has the new name.</summary>
    public virtual Errno Rename(string name, Node newParent, string newName) => ChangeError;

    /// <summary>Reads at a position; a count of 0 is the end of the file.</summary>
    public virtual Errno Read(long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        return Kind == NodeKind.Directory ? Errno.EISDIR : Errno.EINVAL;
    }

    /// <summary>Writes at a position; a short count is possible when the space ends.</summary>
    public virtual Errno Write(long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        return DataError;
    }

    /// <summary>Writes at the end, wherever that is at the moment, and tells the position after it.</summary>
    public virtual Errno Append(ReadOnlySpan<byte> data, out int count, out long position)
    {
        position = 0;
        return Write(0, data, out count);
    }

    public virtual Errno Truncate(long length) => DataError;

    /// <summary>Brings what was written to where it outlives this system; files in memory have no such place.</summary>
    public virtual Errno Synchronize() => Errno.None;

    public virtual Errno SetMode(int mode) => FileSystem.IsReadOnly ? Errno.EROFS : Errno.EPERM;

    /// <summary>Sets access and modification time in nanoseconds since 1970; null leaves one as it is.</summary>
    public virtual Errno SetTimes(long? access, long? modification) => FileSystem.IsReadOnly ? Errno.EROFS : Errno.EPERM;

    /// <summary>What stat(2) tells, of a node whose file system may fail.</summary>
    public virtual Errno GetStatus(out NodeStatus status)
    {
        status = Status;
        return Errno.None;
    }

    /// <summary>What stat(2) tells of a name in this directory, links not followed: a look-up and <see cref="GetStatus"/>, for file systems that can do it in one.</summary>
    public virtual Errno GetStatusOf(string name, out NodeStatus status)
    {
        status = default;
        Errno error = Lookup(name, out Node? child);
        return error != Errno.None ? error : child!.GetStatus(out status);
    }

    /// <summary>One more open file uses the node: its data must outlive its last name.</summary>
    /// <param name="flags">How it is opened; the kind of the node allows it.</param>
    /// <param name="opened">What the open file reads and writes: this node, or one that is the open file's alone.</param>
    public virtual Errno Open(OpenFlags flags, out Node opened)
    {
        opened = this;
        return Errno.None;
    }

    /// <summary>An open file lets go of the node.</summary>
    public virtual void Closed()
    {
    }

    /// <summary>Takes or changes an open file's whole-file lock; EAGAIN when it is held and <paramref name="wait"/> is false.</summary>
    public virtual Errno Lock(OpenFile owner, bool exclusive, bool wait)
    {
        if (!wait)
            return AdvisoryLock.TryAcquire(owner, exclusive);
        AdvisoryLock.Acquire(owner, exclusive);
        return Errno.None;
    }

    /// <summary>Gives an open file's whole-file lock back.</summary>
    public virtual void Unlock(OpenFile owner) => AdvisoryLock.Release(owner);
}
