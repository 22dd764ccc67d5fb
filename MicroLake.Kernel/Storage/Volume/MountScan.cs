namespace MicroLake.Storage;

/// <summary>
/// Finds out at mounting which blocks and inodes are in use, by reading the inode table and all pointer blocks: what is free is not written
/// anywhere, so it cannot disagree. An inode without a name was open when the machine stopped: it is free.
/// </summary>
internal sealed class MountScan
{
    private readonly BlockStore _store;
    private readonly Superblock _superblock;
    private readonly byte[][] _buffers = new byte[2 * (DiskLayout.MaxHeight + 1)][];

    private MountScan(BlockStore store, Superblock superblock)
    {
        _store = store;
        _superblock = superblock;
        Blocks = new Bitmap(superblock.BlockCount);
        Inodes = new Bitmap(superblock.TableBlocks << DiskLayout.InodeShift);
    }

    public Bitmap Blocks { get; }

    public Bitmap Inodes { get; }

    public long FreeBlocks { get; private set; }

    /// <summary>Part of the inode table could not be read: what it leads to is not known, so nothing may be written.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>What is wrong, and with the file of which inode; 0 is the inode table.</summary>
    public List<(long Inode, string Text)> Problems { get; } = [];

    public static MountScan Run(BlockStore store, Superblock superblock)
    {
        var scan = new MountScan(store, superblock) { FreeBlocks = superblock.BlockCount };
        scan.Take(0);
        scan.Take((uint)superblock.BlockCount - 1);
        scan.Inodes.Set(0);
        scan.Walk(superblock.TableRoot, superblock.TableHeight, 0, isTable: true, 0);
        return scan;
    }

    private void Walk(BlockPointer pointer, int level, long index, bool isTable, long inode)
    {
        if (pointer.IsHole)
        {
            if (isTable && level == 0 && index < _superblock.TableBlocks)
                Fail(isTable, inode, $"block {index} is missing");
            return;
        }

        if (pointer.Block >= _superblock.BlockCount || !Take(pointer.Block))
        {
            // No state that was ever written has this: nothing that is freed or taken here can be trusted.
            IsIncomplete = true;
            Problems.Add((isTable ? 0 : inode, $"disk block {pointer.Block} is {(pointer.Block < _superblock.BlockCount ? "another's, too" : "beyond the disk")}"));
            return;
        }

        if (level == 0 && !isTable)
            return;
        byte[] data = _buffers[level + (isTable ? DiskLayout.MaxHeight + 1 : 0)] ??= new byte[DiskLayout.BlockBytes];
        string? problem;
        try
        {
            problem = _store.ReadChecked(pointer, data);
        }
        catch (BlockDeviceException error)
        {
            // It may be readable the next time, so what it leads to is in use.
            IsIncomplete = true;
            problem = error.Message;
        }

        if (problem is not null)
            Fail(isTable, inode, problem);
        else if (level > 0)
            for (int slot = 0; slot < DiskLayout.PointersPerBlock; slot++)
                Walk(BlockPointer.Read(data, slot), level - 1, (index << DiskLayout.PointerShift) | (uint)slot, isTable, inode);
        else if (index < _superblock.TableBlocks)
            WalkInodes(data, index);
    }

    private void WalkInodes(byte[] data, long index)
    {
        for (int slot = 0; slot < DiskLayout.InodesPerBlock; slot++)
        {
            long inode = (index << DiskLayout.InodeShift) | (uint)slot;
            if (!InodeRecord.TryRead(data.AsSpan(slot * DiskLayout.InodeBytes, DiskLayout.InodeBytes), out InodeRecord record))
            {
                Fail(isTable: true, inode, $"the record of inode {inode} makes no sense");
            }
            else if (record.Links > 0 && inode != 0)
            {
                Inodes.Set(inode);
                Walk(record.Root, record.Height, 0, isTable: false, inode);
            }
        }
    }

    private bool Take(uint block)
    {
        if (Blocks[block])
            return false;
        Blocks.Set(block);
        FreeBlocks--;
        return true;
    }

    private void Fail(bool isTable, long inode, string problem)
    {
        IsIncomplete |= isTable;
        Problems.Add((isTable ? 0 : inode, problem));
    }
}
