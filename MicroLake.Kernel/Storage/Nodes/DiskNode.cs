using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>What files, directories and links on a disk share: a record in the inode table and blocks.</summary>
internal abstract class DiskNode : Node
{
    private NodeTimes _times;
    private int _mode;
    private int _openCount;
    private bool _isReleased;
    private bool _isRecordDirty;

    protected DiskNode(Volume volume, long inode, in InodeRecord record, DiskDirectory? parent, string name)
        : base(volume.FileSystem)
    {
        Volume = volume;
        Inode = inode;
        Parent = parent;
        Name = name;
        Size = record.Size;
        Links = record.Links;
        _mode = record.Mode;
        _times = record.Times;
        Tree = new BlockTree(volume, this) { Root = record.Root, Height = record.Height };
    }

    public Volume Volume { get; }

    public long Inode { get; }

    public BlockTree Tree { get; }

    public int Links { get; set; }

    /// <summary>A directory that it was reached by; of a directory, the one that it is in.</summary>
    public DiskDirectory? Parent { get; set; }

    /// <summary>A name that it was reached by.</summary>
    public string Name { get; set; }

    public string Path => PathOf(Parent, Name, Volume.MountPath);

    public override NodeStatus Status
    {
        get
        {
            using (Volume.Gate.Read(Inode))
                return StatusLocked();
        }
    }

    protected long Size { get; set; }

    /// <summary>Neither a name nor an open file leads here, and the blocks have not been given back yet.</summary>
    private bool IsUnused => Links <= 0 && _openCount <= 0 && !_isReleased;

    public static string PathOf(DiskNode? parent, string name, string mountPath)
    {
        string path = name.Length == 0 ? "" : "/" + name;
        for (; parent is { Name.Length: > 0 }; parent = parent.Parent)
            path = "/" + parent.Name + path;
        return mountPath + path;
    }

    public NodeStatus StatusLocked() => new(Kind, _mode, Size, Links, Inode, FileSystem.Device, _times);

    public override Errno SetMode(int mode)
    {
        using (Volume.Gate.Change(Inode))
        {
            try
            {
                BeginChange();
                _mode = mode;
                Changed();
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    public override Errno SetTimes(long? access, long? modification)
    {
        using (Volume.Gate.Change(Inode))
        {
            try
            {
                BeginChange();
                _times = new NodeTimes(access ?? _times.Access, modification ?? _times.Modification, Volume.Now, _times.Birth);
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    /// <summary>Makes the whole file system durable: a state is made durable as one.</summary>
    public override Errno Synchronize() => Synchronize(settle: false);

    /// <param name="settle">As <see cref="Volume.Commit"/> has it.</param>
    public Errno Synchronize(bool settle)
    {
        using (Volume.Gate.WriteBack(Volume.Cache.Dirty))
        {
            try
            {
                Volume.Commit(settle);
                return Errno.None;
            }
            catch (Exception error) when (Volume.ErrorOf(error) is var errno and not Errno.None)
            {
                return errno;
            }
        }
    }

    public override Errno Open(OpenFlags flags, out Node opened)
    {
        opened = this;
        using (Volume.Gate.Read(Inode))
            _openCount++;
        return Errno.None;
    }

    public override void Closed()
    {
        using (Volume.Gate.Read(Inode))
        {
            _openCount--;
            if (!IsUnused)
                return;
        }

        using (Volume.Gate.Change(Inode))
        {
            // It may have been opened by who has looked it up before.
            if (!IsUnused)
                return;
            try
            {
                BeginChange();
                ReleaseIfUnused();
            }
            catch (Exception error) when (Volume.ErrorOf(error) != Errno.None)
            {
                // It has no name any more: the next mount takes its blocks back.
            }
        }
    }

    /// <summary>The record will be written with the next state.</summary>
    public void MarkDirty()
    {
        if (_isRecordDirty)
            return;
        Volume.Inodes.MarkDirty(this);
        _isRecordDirty = true;
    }

    public void WriteRecord(Span<byte> data)
    {
        new InodeRecord
        {
            Kind = Kind,
            Mode = _mode,
            Links = Links,
            Size = Size,
            Times = _times,
            Root = Tree.Root,
            Height = Tree.Height,
        }.Write(data);
        _isRecordDirty = false;
    }

    /// <summary>Gives the blocks back once neither a name nor an open file leads here. The record is dirty already.</summary>
    public void ReleaseIfUnused()
    {
        if (Links > 0 || _openCount > 0)
            return;
        Tree.Cut(0);
        Volume.Inodes.Release(this);
        (_isReleased, _isRecordDirty) = (true, false);
    }

    /// <summary>The data changed. The record is dirty already.</summary>
    public void Modified()
    {
        long now = Volume.Now;
        _times = new NodeTimes(_times.Access, now, now, _times.Birth);
    }

    /// <summary>A property changed. The record is dirty already.</summary>
    public void Changed() => _times = new NodeTimes(_times.Access, _times.Modification, Volume.Now, _times.Birth);

    private void BeginChange()
    {
        Volume.Begin();
        MarkDirty();
    }
}
