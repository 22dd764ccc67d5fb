using MicroLake.Storage;

namespace MicroLake.HostTests.Storage;

/// <summary>A formatted disk's bytes, to be damaged.</summary>
internal sealed class DiskImage(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    public long Blocks => Bytes.Length / DiskLayout.BlockBytes;

    /// <summary>A disk with files of each kind, in folders, of no, one and many blocks.</summary>
    public static DiskImage Sample()
    {
        FakeDisk disk = FakeDisk.Formatted(1 << 20);
        MountedDisk mounted = new(disk);
        Random random = new(7);
        for (int folder = 0; folder < 3; folder++)
        {
            _ = mounted.Files.CreateDirectory($"/d/f{folder}", 0x1FF);
            for (int file = 0; file < 8; file++)
            {
                byte[] data = new byte[file * 1500];
                random.NextBytes(data);
                _ = mounted.Write($"/d/f{folder}/{file}", data);
            }
        }

        _ = mounted.Write("/d/long", new byte[200_000]);
        _ = mounted.Files.SymbolicLink("f1/3", "/d/link");
        _ = mounted.Files.Link("/d/f1/3", "/d/second");
        _ = mounted.FileSystem.Synchronize();
        return new DiskImage(disk.Image);
    }

    public Span<byte> Block(long number) => Bytes.AsSpan((int)(number * DiskLayout.BlockBytes), DiskLayout.BlockBytes);

    /// <summary>
    /// Makes every checksum right again that leads to a block, as whoever wants to harm the system would: from the inode table's records down
    /// everything that can be reached.
    /// </summary>
    public void Sign()
    {
        Span<byte> first = Block(0);
        Superblock superblock = Superblock.TryRead(first, Blocks, out _)!;
        superblock.TableRoot = Sign(superblock.TableRoot, superblock.TableHeight, isTable: true, depth: 0);
        superblock.Write(first);
        first.CopyTo(Block(Blocks - 1));
    }

    private BlockPointer Sign(BlockPointer pointer, int level, bool isTable, int depth)
    {
        if (pointer.IsHole || pointer.Block >= Blocks || depth > 10)
            return pointer;
        Span<byte> data = Block(pointer.Block);
        if (level > 0)
        {
            for (int slot = 0; slot < DiskLayout.PointersPerBlock; slot++)
                Sign(BlockPointer.Read(data, slot), level - 1, isTable, depth + 1).Write(data, slot);
        }
        else if (isTable)
        {
            for (int at = 0; at < DiskLayout.BlockBytes; at += DiskLayout.InodeBytes)
            {
                Span<byte> root = data.Slice(at + 48, BlockPointer.Bytes);
                if (InodeRecord.TryRead(data.Slice(at, DiskLayout.InodeBytes), out InodeRecord record))
                    Sign(record.Root, record.Height, isTable: false, depth + 1).Write(root);
            }
        }

        return new BlockPointer(pointer.Block, Checksum.Of(data));
    }
}
