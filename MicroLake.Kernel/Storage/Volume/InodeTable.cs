using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>The inodes of a volume: which numbers are in use, their records in a tree of blocks, and the node of each that somebody holds.</summary>
/// <param name="superblock">Of the state that comes next.</param>
/// <param name="inodes">Numbers in use.</param>
internal sealed class InodeTable(Volume volume, Superblock superblock, Bitmap inodes)
{
    private readonly BlockTree _tree = new(volume, null) { Root = superblock.TableRoot, Height = superblock.TableHeight };
    private readonly List<DiskNode> _changed = [];
    private readonly Dictionary<long, WeakReference<DiskNode>> _nodes = [];
    private int _nodesToPrune = 1024;
    private long _cursor = DiskLayout.RootInode;

    /// <summary>Numbers that the table has, used or not.</summary>
    public long Count => inodes.Length;

    /// <summary>The node of an inode, the same one for everybody.</summary>
    /// <exception cref="DamageException">The inode is not what its name says.</exception>
    public DiskNode Node(long inode, NodeKind kind, DiskDirectory? parent, string name)
    {
        if (_nodes.TryGetValue(inode, out WeakReference<DiskNode>? known) && known.TryGetTarget(out DiskNode? node))
            return node.Kind == kind ? node : throw Mismatch();
        InodeRecord record = default;
        CachedPage? page = inode >> DiskLayout.InodeShift < superblock.TableBlocks ? _tree.Find(0, inode >> DiskLayout.InodeShift) : null;
        if (page is null || !InodeRecord.TryRead(RecordOf(page, inode), out record) || record.Links == 0 || record.Kind != kind)
            throw Mismatch();
        return Keep(Make(inode, record, parent, name));

        DamageException Mismatch() => new($"{DiskNode.PathOf(parent, name, volume.MountPath)} is damaged: its name leads to inode {inode}, which is no {kind}");
    }

    /// <summary>Numbers in use.</summary>
    public IEnumerable<long> Numbers()
    {
        for (long inode = DiskLayout.RootInode; inode < inodes.Length; inode++)
            if (inodes[inode])
                yield return inode;
    }

    /// <summary>Makes an inode for something new. Its place is changeable; the caller gives it a name, or nothing has happened.</summary>
    public DiskNode New(NodeKind kind, int mode, DiskDirectory parent, string name)
    {
        long inode = inodes.FindClear(_cursor);
        bool grows = inode < 0;
        if (grows)
        {
            inode = inodes.Length;
            if (inode + DiskLayout.InodesPerBlock > DiskLayout.MaxInodes)
                throw new FileException(Errno.ENOSPC, "there are no inode numbers left");
        }

        DiskNode node = Make(inode, new InodeRecord { Kind = kind, Mode = mode, Times = NodeTimes.At(volume.Now) }, parent, name);
        node.MarkDirty();
        if (grows)
        {
            inodes.Grow(inode + DiskLayout.InodesPerBlock);
            superblock.TableBlocks++;
        }

        inodes.Set(inode);
        _cursor = inode + 1 < inodes.Length ? inode + 1 : DiskLayout.RootInode;
        return Keep(node);
    }

    /// <summary>An inode's record will be written with the next state.</summary>
    public void MarkDirty(DiskNode node)
    {
        _ = _tree.Dirty(0, node.Inode >> DiskLayout.InodeShift);
        _changed.Add(node);
    }

    /// <summary>An inode that is marked as dirty leads nowhere any more, and its number is free.</summary>
    public void Release(DiskNode node)
    {
        RecordOf(_tree.Find(0, node.Inode >> DiskLayout.InodeShift)!, node.Inode).Clear();
        _ = _changed.Remove(node);
        inodes.Clear(node.Inode);
        _ = _nodes.Remove(node.Inode);
    }

    /// <summary>Puts the records of all inodes that changed into the table, whose blocks were made changeable for them.</summary>
    public void WriteChanges()
    {
        foreach (DiskNode node in _changed)
            node.WriteRecord(RecordOf(_tree.Find(0, node.Inode >> DiskLayout.InodeShift)!, node.Inode));
        _changed.Clear();
    }

    /// <summary>Tells the superblock where the table is.</summary>
    public void SetRoot() => (superblock.TableRoot, superblock.TableHeight) = (_tree.Root, _tree.Height);

    private static Span<byte> RecordOf(CachedPage page, long inode) =>
        page.Data.AsSpan((int)(inode & (DiskLayout.InodesPerBlock - 1)) * DiskLayout.InodeBytes, DiskLayout.InodeBytes);

    private DiskNode Make(long inode, in InodeRecord record, DiskDirectory? parent, string name) => record.Kind switch
    {
        NodeKind.File => new DiskFile(volume, inode, record, parent, name),
        NodeKind.Directory => new DiskDirectory(volume, inode, record, parent, name),
        _ => new DiskSymbolicLink(volume, inode, record, parent, name),
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
}
