namespace MicroLake.Files;

/// <summary>What all nodes in memory share: mode, times, number of names and of open files.</summary>
internal abstract class TmpNode : Node
{
    private int _mode;
    private NodeTimes _times;
    private int _openCount;

    protected TmpNode(TmpFileSystem owner, int mode) : base(owner)
    {
        Owner = owner;
        _mode = mode;
        _times = NodeTimes.At(owner.Now);
        Inode = owner.NextInode();
    }

    public TmpFileSystem Owner { get; }

    public override NodeStatus Status
    {
        get
        {
            lock (Owner.Gate)
                return new NodeStatus(Kind, _mode, Size, LinkCount, Inode, Owner.Device, _times);
        }
    }

    /// <summary>Number of names that lead here; 0 after the last was removed.</summary>
    public int Names { get; set; }

    protected abstract long Size { get; }

    protected virtual int LinkCount => Names;

    private long Inode { get; }

    public override Errno SetMode(int mode)
    {
        lock (Owner.Gate)
        {
            _mode = mode;
            Changed();
            return Errno.None;
        }
    }

    public override Errno SetTimes(long? access, long? modification)
    {
        lock (Owner.Gate)
        {
            _times = _times with
            {
                Access = access ?? _times.Access,
                Modification = modification ?? _times.Modification,
                Change = Owner.Now,
            };
            return Errno.None;
        }
    }

    public override Errno Open(OpenFlags flags, out Node opened)
    {
        opened = this;
        lock (Owner.Gate)
            _openCount++;
        return Errno.None;
    }

    public override void Closed()
    {
        lock (Owner.Gate)
        {
            _openCount--;
            FreeIfUnused();
        }
    }

    /// <summary>Gives memory back once neither a name nor an open file leads here. Call with the gate held.</summary>
    internal void FreeIfUnused()
    {
        if (Names == 0 && _openCount == 0)
            Free();
    }

    /// <summary>The data changed. Call with the gate held.</summary>
    internal void Modified()
    {
        long now = Owner.Now;
        _times = _times with { Modification = now, Change = now };
    }

    /// <summary>A property changed. Call with the gate held.</summary>
    internal void Changed() => _times = _times with { Change = Owner.Now };

    protected void Accessed() => _times = _times with { Access = Owner.Now };

    protected virtual void Free()
    {
    }
}
