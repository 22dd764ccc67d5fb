using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>
/// Which blocks are free. It is not on the disk: mounting finds it out, so it cannot be wrong there. A block that is no longer needed stays taken
/// until the state that needed it has been replaced by a durable one. Each changed page in memory is promised a block, so writing a state never
/// runs out of room; growing leaves a reserve, so that a full disk can be emptied.
/// </summary>
internal sealed class SpaceMap(Bitmap used, long free)
{
    private readonly Bitmap _pending = new(used.Length);

    /// <summary>Free, and the device does not know it yet.</summary>
    private readonly Bitmap _untold = new(used.Length);

    private long _firstPending = used.Length;
    private long _firstUntold = used.Length;
    private long _cursor;

    public long Free { get; private set; } = free;

    /// <summary>Blocks that become free with the next durable state.</summary>
    public long Pending { get; private set; }

    /// <summary>Blocks promised to changed pages.</summary>
    public long Promised { get; private set; }

    /// <summary>Blocks that files can still grow into.</summary>
    public long Available => Math.Max(0, Free + Pending - Promised - DiskLayout.ReservedBlocks);

    /// <summary>Whether so many more pages can change before the next durable state.</summary>
    public bool HasRoomFor(long pages) => Free - Promised >= pages;

    /// <summary>Checks that one more page can be changed.</summary>
    /// <param name="grows">Whether it has no block yet.</param>
    /// <exception cref="FileException">The disk is full.</exception>
    public void Check(bool grows)
    {
        if (!HasRoomFor(1) || (grows && Available < 1))
            throw new FileException(Errno.ENOSPC, "the disk is full");
    }

    public void Promise() => Promised++;

    /// <summary>A promised block is no longer needed, or was taken.</summary>
    public void Fulfil() => Promised--;

    /// <summary>Takes a block that was promised; consecutive ones where it can.</summary>
    public uint Allocate()
    {
        long block = used.FindClear(_cursor);
        used.Set(block);
        _untold.Clear(block);
        Free--;
        _cursor = block + 1 < used.Length ? block + 1 : 0;
        return (uint)block;
    }

    /// <summary>Gives a block back that no state on the disk refers to.</summary>
    public void Undo(uint block)
    {
        used.Clear(block);
        Free++;
    }

    /// <summary>Gives a block back once the next state is durable.</summary>
    public void FreeLater(uint block)
    {
        if (block >= used.Length || !used[block] || _pending[block])
            return;
        _pending.Set(block);
        _firstPending = Math.Min(_firstPending, block);
        Pending++;
    }

    /// <summary>The present state is durable: what it does not need is free.</summary>
    public void ReleasePending()
    {
        _firstUntold = Math.Min(_firstUntold, _firstPending);
        for (long at = _firstPending; Pending > 0 && _pending.TryFindRun(ref at, out long length); at += length)
        {
            for (long block = at; block < at + length; block++)
            {
                used.Clear(block);
                _pending.Clear(block);
                _untold.Set(block);
            }

            Free += length;
            Pending -= length;
        }

        _firstPending = used.Length;
    }

    /// <summary>Tells each run of blocks that have become free since the last time, and still are.</summary>
    public void TellFreed(Action<long, long> freed)
    {
        for (long at = _firstUntold; _untold.TryFindRun(ref at, out long length); at += length)
        {
            for (long block = at; block < at + length; block++)
                _untold.Clear(block);
            freed(at, length);
        }

        _firstUntold = used.Length;
    }
}
