namespace MicroLake.Files;

/// <summary>
/// An open file description: a node, how it was opened, and the position that all its descriptors share. It lives
/// while a descriptor or a running call holds it, so that closing a descriptor during a read is harmless.
/// </summary>
public sealed class OpenFile
{
    private readonly Lock _positionGate = new();
    private long _position;
    private int _references = 1;
    private bool _holdsLock;

    private OpenFile(Node node, OpenFlags flags, string path)
    {
        Node = node;
        Flags = flags;
        Path = path;
    }

    public Node Node { get; }

    public OpenFlags Flags { get; }

    /// <summary>The absolute path under which it was opened.</summary>
    public string Path { get; }

    private bool CanRead => (Flags & OpenFlags.AccessMask) != OpenFlags.WriteOnly;

    private bool CanWrite => (Flags & OpenFlags.AccessMask) != OpenFlags.ReadOnly;

    /// <summary>Opens a node whose kind allows it.</summary>
    internal static Errno Open(Node node, OpenFlags flags, string path, out OpenFile? file)
    {
        Errno error = node.Open(flags, out Node opened);
        file = error == Errno.None ? new OpenFile(opened, flags, path) : null;
        return error;
    }

    public Errno Read(Span<byte> buffer, out int count)
    {
        count = 0;
        if (!CanRead)
            return Errno.EBADF;
        if (!Node.IsSeekable)
            return Node.Read(0, buffer, out count);
        lock (_positionGate)
        {
            Errno error = Node.Read(_position, buffer, out count);
            _position += count;
            return error;
        }
    }

    public Errno Write(ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        if (!CanWrite)
            return Errno.EBADF;
        if (!Node.IsSeekable)
            return Node.Write(0, data, out count);
        lock (_positionGate)
        {
            if ((Flags & OpenFlags.Append) != 0)
                return Settle(Node.Append(data, out count, out _position));
            Errno error = Node.Write(_position, data, out count);
            _position += count;
            return Settle(error);
        }
    }

    public Errno ReadAt(long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        if (!CanRead)
            return Errno.EBADF;
        if (!Node.IsSeekable)
            return Errno.ESPIPE;
        return offset < 0 ? Errno.EINVAL : Node.Read(offset, buffer, out count);
    }

    public Errno WriteAt(long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        if (!CanWrite)
            return Errno.EBADF;
        if (!Node.IsSeekable)
            return Errno.ESPIPE;
        return offset < 0 ? Errno.EINVAL : Settle(Node.Write(offset, data, out count));
    }

    public Errno Seek(long offset, SeekFrom from, out long position)
    {
        position = 0;
        if (!Node.IsSeekable)
            return Errno.ESPIPE;
        lock (_positionGate)
        {
            long start;
            switch (from)
            {
                case SeekFrom.Start: start = 0; break;
                case SeekFrom.Current: start = _position; break;
                case SeekFrom.End:
                    Errno error = Node.GetStatus(out NodeStatus status);
                    if (error != Errno.None)
                        return error;
                    start = status.Size;
                    break;
                default: return Errno.EINVAL;
            }
            if (offset > 0 && start > long.MaxValue - offset)
                return Errno.EOVERFLOW;
            if (start + offset < 0)
                return Errno.EINVAL;
            position = _position = start + offset;
            return Errno.None;
        }
    }

    public Errno Truncate(long length)
    {
        if (length < 0 || !CanWrite)
            return Errno.EINVAL;
        return Node.Truncate(length);
    }

    /// <summary>Takes or changes the whole-file lock; EAGAIN when it is held and <paramref name="wait"/> is false.</summary>
    public Errno Lock(bool exclusive, bool wait)
    {
        Errno error = Node.Lock(this, exclusive, wait);
        _holdsLock |= error == Errno.None;
        return error;
    }

    public void Unlock()
    {
        _holdsLock = false;
        Node.Unlock(this);
    }

    /// <summary>A write of a file that is opened for that is only done when it is durable (O_SYNC).</summary>
    private Errno Settle(Errno error) =>
        error == Errno.None && (Flags & OpenFlags.Synchronous) == OpenFlags.Synchronous ? Node.Synchronize() : error;

    internal bool TryHold()
    {
        int seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }
        return false;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        if (_holdsLock)
            Unlock();
        Node.Closed();
    }
}
