using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>Makes file systems, and finds them.</summary>
public static class DiskFormat
{
    /// <summary>Makes an empty file system; whatever the disk held is lost.</summary>
    /// <exception cref="DiskFormatException">The disk is too small, or read-only.</exception>
    /// <exception cref="BlockDeviceException">The device failed.</exception>
    public static void Create(BlockDevice device, TimeProvider? clock = null)
    {
        var store = new BlockStore(device);
        if (store.IsReadOnly)
            throw new DiskFormatException($"{device.Name} is read-only: use a disk that can be written to");
        long now = ((clock ?? TimeProvider.System).GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        byte[] block = new byte[DiskLayout.BlockBytes];
        new InodeRecord { Kind = NodeKind.Directory, Mode = Modes.SharedDirectory, Links = 2, Times = NodeTimes.At(now) }
            .Write(block.AsSpan((int)DiskLayout.RootInode * DiskLayout.InodeBytes));
        const uint tableBlock = 1;
        var superblock = new Superblock
        {
            Id = Guid.NewGuid(),
            BlockCount = store.DeviceBlocks,
            Generation = 1,
            TableRoot = new BlockPointer(tableBlock, Checksum.Of(block)),
            TableBlocks = 1,
        };
        // Neither copy may lead to what is overwritten meanwhile.
        byte[] none = new byte[DiskLayout.BlockBytes];
        store.Write(0, none);
        store.Write(store.DeviceBlocks - 1, none);
        store.Flush();
        store.Discard(1, store.DeviceBlocks - 2);
        store.Write(tableBlock, block);
        store.Flush();
        superblock.Write(block);
        store.Write(0, block);
        store.Write(store.DeviceBlocks - 1, block);
        store.Flush();
    }

    /// <summary>Whether a disk was formatted by <see cref="Create"/>; it may be damaged since.</summary>
    /// <exception cref="BlockDeviceException">The device failed.</exception>
    public static bool IsFormatted(BlockDevice device)
    {
        try
        {
            _ = ReadSuperblock(new BlockStore(device), static _ => { }, out _);
            return true;
        }
        catch (DiskFormatException error)
        {
            return !error.IsBlank;
        }
    }

    /// <summary>The superblock of the latest state that is whole.</summary>
    /// <param name="isFirst">Whether it is the one in the first block.</param>
    internal static Superblock ReadSuperblock(BlockStore store, Action<string> log, out bool isFirst)
    {
        Superblock? first = TryRead(store, 0, out bool isOurs, out BlockDeviceException? failure);
        // The device may be longer than when it was formatted: the first copy knows where the last block was.
        Superblock? last = TryRead(store, (first?.BlockCount ?? store.DeviceBlocks) - 1, out bool isLastOurs, out BlockDeviceException? lastFailure);
        isFirst = last is null || (first is not null && first.Generation >= last.Generation);
        if ((isFirst ? first : last) is not { } latest)
        {
            if ((failure ?? lastFailure) is { } error)
                throw error;
            throw isOurs || isLastOurs
                ? new DiskFormatException($"{store.Name}: both superblocks are damaged: restore the disk from a copy, or format it again")
                : new DiskFormatException($"{store.Name} holds no MicroLake file system: format it, which deletes what it holds", isBlank: true);
        }

        if (first is null || last is null)
            log($"{store.Name}: the superblock in the {(first is null ? "first" : "last")} block is damaged; it is written again with the next change");
        // The power may have gone before all of a state was there; the other superblock is that of the state before.
        if ((isFirst ? last : first) is not { } other || IsThere(store, latest))
            return latest;
        isFirst = !isFirst;
        return other;
    }

    /// <summary>Whether the blocks that were written together with a superblock hold what they should.</summary>
    private static bool IsThere(BlockStore store, Superblock superblock)
    {
        byte[] data = new byte[DiskLayout.BlockBytes];
        foreach (BlockPointer pointer in superblock.Fresh)
        {
            try
            {
                if (store.ReadChecked(pointer, data) is not null)
                    return false;
            }
            catch (BlockDeviceException)
            {
                // It may be there: that the device does not read it is told to who wants it.
            }
        }

        return true;
    }

    private static Superblock? TryRead(BlockStore store, long block, out bool isOurs, out BlockDeviceException? failure)
    {
        (isOurs, failure) = (false, null);
        byte[] data = new byte[DiskLayout.BlockBytes];
        try
        {
            store.Read(block, data);
            return Superblock.TryRead(data, store.DeviceBlocks, out isOurs);
        }
        catch (BlockDeviceException error)
        {
            failure = error;
            return null;
        }
    }
}
