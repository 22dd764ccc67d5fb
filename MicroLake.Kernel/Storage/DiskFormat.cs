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
            _ = ReadSuperblock(new BlockStore(device), static _ => { });
            return true;
        }
        catch (DiskFormatException error)
        {
            return !error.IsBlank;
        }
    }

    /// <summary>The superblock of the latest state.</summary>
    internal static Superblock ReadSuperblock(BlockStore store, Action<string> log)
    {
        Superblock? first = TryRead(store, 0, out bool isOurs, out BlockDeviceException? failure);
        // The device may be longer than when it was formatted: the first copy knows where the last block was.
        Superblock? last = TryRead(store, (first?.BlockCount ?? store.DeviceBlocks) - 1, out bool isLastOurs, out BlockDeviceException? lastFailure);
        if (last is not null && (first is null || last.Generation > first.Generation))
        {
            log($"{store.Name}: the first superblock is {(first is null ? "damaged" : "older")}; the copy in the last block is used");
            return last;
        }

        if (first is not null)
        {
            if (last is null)
                log($"{store.Name}: the copy of the superblock is damaged; it is written again with the next change");
            return first;
        }

        if ((failure ?? lastFailure) is { } error)
            throw error;
        throw isOurs || isLastOurs
            ? new DiskFormatException($"{store.Name}: both superblocks are damaged: restore the disk from a copy, or format it again")
            : new DiskFormatException($"{store.Name} holds no MicroLake file system: format it, which deletes what it holds", isBlank: true);
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
