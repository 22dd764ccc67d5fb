namespace MicroLake.Storage;

/// <summary>
/// The two superblocks of a disk, and which of them leads to the latest durable state. A new state's goes to the other one, so that the latest stays
/// whole until the new one is. A small state is made durable with one flush: its superblock names the blocks that are new, and whoever mounts the disk
/// looks whether they are all there. It is settled later, when both superblocks lead to it and name none.
/// </summary>
/// <param name="store">The disk.</param>
/// <param name="superblock">Of the state that is mounted.</param>
/// <param name="isFirst">Whether it stands in the first block.</param>
internal sealed class StateRecord(BlockStore store, Superblock superblock, bool isFirst)
{
    private readonly byte[] _block = new byte[DiskLayout.BlockBytes];
    private bool _isFirst = isFirst;

    public Superblock Superblock => superblock;

    /// <summary>Whether both superblocks lead to the latest state; of one that was mounted only the one that counts is sure to.</summary>
    public bool IsSettled { get; private set; } = superblock.Fresh.Count == 0;

    /// <summary>Makes what was written a durable state.</summary>
    /// <param name="fresh">All blocks that were written since the last durable state; null: they are too many, or it is to be settled.</param>
    /// <exception cref="BlockDeviceException">The device failed: what it has kept is not known.</exception>
    public void Commit(IReadOnlyList<BlockPointer>? fresh)
    {
        if (fresh is null)
            store.Flush();
        superblock.Generation++;
        superblock.Fresh = fresh ?? [];
        Write(!_isFirst);
        store.Flush();
        _isFirst = !_isFirst;
        IsSettled = fresh is null;
        // Durable with the next flush; until then the other one counts.
        if (IsSettled)
            Write(!_isFirst);
    }

    /// <summary>Makes both superblocks lead to the latest state, whose blocks are there.</summary>
    /// <exception cref="BlockDeviceException">The device failed.</exception>
    public void Settle()
    {
        superblock.Fresh = [];
        Write(!_isFirst);
        store.Flush();
        Write(_isFirst);
        IsSettled = true;
    }

    private void Write(bool first)
    {
        superblock.Write(_block);
        store.Write(first ? 0 : superblock.BlockCount - 1, _block);
    }
}
