using MicroLake.Files;
using MicroLake.Storage;
using Xunit;

namespace MicroLake.HostTests.Storage;

/// <summary>What a damaged disk does: the rest is there, what is not is said by name, and nothing crashes or hangs.</summary>
public sealed class DiskDamageTests
{
    private static readonly DiskImage s_sample = DiskImage.Sample();

    [Theory]
    [InlineData(0, "the superblock in the first block is damaged; it is written again with the next change")]
    [InlineData(255, "the superblock in the last block is damaged; it is written again with the next change")]
    public void One_superblock_is_enough_and_the_next_state_writes_both(int block, string message)
    {
        DiskImage image = Copy();
        image.Block(block).Fill(0xA5);
        FakeDisk disk = new(image.Bytes);
        MountedDisk mounted = new(disk);
        Assert.Contains(message, Assert.Single(mounted.Log));
        Assert.Equal(Errno.None, mounted.Read("/d/long", out byte[] data));
        Assert.Equal(200_000, data.Length);
        Assert.Equal(Errno.None, mounted.Files.CreateDirectory("/d/new", 0));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.Empty(new MountedDisk(disk).Log);
    }

    [Fact]
    public void Without_a_superblock_the_error_says_what_to_do()
    {
        DiskImage image = Copy();
        image.Block(0)[100] ^= 1;
        image.Block(255)[100] ^= 1;
        DiskFormatException error = Assert.Throws<DiskFormatException>(() => new MountedDisk(new FakeDisk(image.Bytes)));
        Assert.Equal("disk0: both superblocks are damaged: restore the disk from a copy, or format it again", error.Message);
        Assert.False(error.IsBlank);
        error = Assert.Throws<DiskFormatException>(() => new MountedDisk(new FakeDisk(new byte[1 << 20])));
        Assert.Equal("disk0 holds no MicroLake file system: format it, which deletes what it holds", error.Message);
        Assert.True(error.IsBlank);
        Assert.False(DiskFormat.IsFormatted(new FakeDisk(new byte[1 << 20])));
        Assert.True(DiskFormat.IsFormatted(new FakeDisk(image.Bytes)));
    }

    [Fact]
    public void A_disk_that_is_too_small_too_new_or_cut_short_is_refused()
    {
        Assert.Contains("a disk needs 1024", Assert.Throws<DiskFormatException>(() => FakeDisk.Formatted(1 << 19)).Message);
        byte[] longer = FakeDisk.Formatted(2 << 20).Image;
        Assert.Contains("has been cut short", Assert.Throws<DiskFormatException>(() => new MountedDisk(new FakeDisk(longer[..(1 << 20)]))).Message);
        DiskImage image = Copy();
        image.Block(0)[8] = 9;
        BitConverter.GetBytes(Checksum.Of(image.Block(0)[..504])).CopyTo(image.Block(0)[504..]);
        Assert.Contains("format version 9, not 2", Assert.Throws<DiskFormatException>(() => new MountedDisk(new FakeDisk(image.Bytes))).Message);
    }

    /// <summary>Disks that were made before superblocks named the blocks that are new.</summary>
    [Fact]
    public void A_disk_of_version_1_is_read_and_changed()
    {
        DiskImage image = Copy();
        foreach (int block in (int[])[0, 255])
        {
            image.Block(block)[8] = 1;
            BitConverter.GetBytes(Checksum.Of(image.Block(block)[..504])).CopyTo(image.Block(block)[504..]);
        }

        FakeDisk disk = new(image.Bytes);
        MountedDisk mounted = new(disk);
        Assert.Equal(Errno.None, mounted.Files.CreateDirectory("/d/new", 0));
        Assert.Equal(Errno.None, mounted.FileSystem.Root.Synchronize());
        mounted = new MountedDisk(disk);
        Assert.Empty(mounted.Log);
        Assert.Equal(Errno.None, mounted.Files.Status("/d/new", true, out _));
        Assert.Equal(Errno.None, mounted.Files.Status("/d/long", true, out _));
    }

    /// <summary>The superblock of a state has reached the disk and one of its blocks has not: the state before is there, whole.</summary>
    [Fact]
    public void A_state_of_which_a_block_is_missing_is_not_used_until_it_is_settled()
    {
        foreach (bool settle in (bool[])[false, true])
        {
            FakeDisk disk = FakeDisk.Formatted(1 << 20);
            MountedDisk mounted = new(disk);
            Assert.Equal(Errno.None, mounted.Write("/d/file", "before"u8));
            Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
            byte[] old = (byte[])disk.Image.Clone();
            Assert.Equal(Errno.None, mounted.Write("/d/file", "after"u8));
            Assert.Equal(Errno.None, mounted.FileSystem.Root.Synchronize());
            if (settle)
                Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
            int block = Enumerable.Range(1, 254).First(i => disk.Image.AsSpan(i * 4096, 5).SequenceEqual("after"u8));
            old.AsSpan(block * 4096, 4096).CopyTo(disk.Image.AsSpan(block * 4096));

            MountedDisk again = new(disk);
            Assert.Equal(settle ? Errno.EIO : Errno.None, again.Read("/d/file", out byte[] data));
            Assert.Equal(settle ? "" : "before", System.Text.Encoding.UTF8.GetString(data));
            Assert.Equal(settle ? 1 : 0, again.Log.Count(line => line.Contains("/d/file is damaged")));
        }
    }

    [Fact]
    public void A_disk_that_has_become_longer_is_as_it_was()
    {
        byte[] longer = new byte[2 << 20];
        s_sample.Bytes.CopyTo(longer, 0);
        MountedDisk mounted = new(new FakeDisk(longer));
        Assert.Empty(mounted.Log);
        Assert.Equal(1 << 20, mounted.FileSystem.Space.Total);
    }

    [Fact]
    public void A_damaged_data_block_is_an_error_with_the_files_name_and_nothing_else_suffers()
    {
        DiskImage image = Copy();
        Find(image, "/d/f2/5", 0, 1)[17] ^= 4;
        Assert.StartsWith("/f2/5 is damaged: block 1", Assert.Single(DiskCheck.Run(new FakeDisk((byte[])image.Bytes.Clone())).Problems));
        MountedDisk mounted = new(new FakeDisk(image.Bytes));
        Assert.Empty(mounted.Log);
        Assert.Equal(Errno.None, mounted.Files.Open("/d/f2/5", OpenFlags.ReadOnly, 0, out int fd));
        byte[] buffer = new byte[10_000];
        Assert.Equal(Errno.None, mounted.Files.Read(fd, buffer, out int count));
        Assert.Equal(4096, count);
        Assert.Equal(Errno.EIO, mounted.Files.Read(fd, buffer, out _));
        Assert.Matches("^/d/f2/5 is damaged: block 1: disk block [0-9]+ has checksum [0-9a-f]{8}, not [0-9a-f]{8}$", Assert.Single(mounted.Log));
        Assert.Equal(Errno.None, mounted.Read("/d/f2/6", out _));
        Assert.Equal(Errno.None, mounted.Files.Unlink("/d/f2/5"));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.Empty(DiskCheck.Run(new FakeDisk(image.Bytes)).Problems);
    }

    [Fact]
    public void A_damaged_pointer_block_is_said_at_mounting_and_its_file_can_be_removed()
    {
        DiskImage image = Copy();
        Find(image, "/d/long", 1, 0)[17] ^= 4;
        FakeDisk disk = new(image.Bytes);
        MountedDisk mounted = new(disk);
        Assert.StartsWith("/d/long is damaged: disk block", Assert.Single(mounted.Log));
        Assert.False(mounted.FileSystem.IsReadOnly);
        Assert.Equal(Errno.EIO, mounted.Read("/d/long", out _));
        Assert.Equal(Errno.None, mounted.Files.Unlink("/d/long"));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.Empty(DiskCheck.Run(disk).Problems);
    }

    [Fact]
    public void A_damaged_directory_is_an_error_with_its_name()
    {
        DiskImage image = Copy();
        Find(image, "/d/f1", 0, 0)[2] ^= 4;
        MountedDisk mounted = new(new FakeDisk(image.Bytes));
        Assert.Equal(Errno.EIO, mounted.Files.List("/d/f1", out _));
        Assert.StartsWith("/d/f1 is damaged: block 0", Assert.Single(mounted.Log));
        Assert.Equal(Errno.None, mounted.Files.List("/d/f0", out _));
        Assert.Equal(Errno.None, mounted.Read("/d/second", out _));
    }

    [Fact]
    public void With_a_damaged_inode_table_a_disk_can_only_be_read()
    {
        DiskImage image = Copy();
        image.Block(Superblock.TryRead(image.Block(0), 256, out _)!.TableRoot.Block)[4000] ^= 1;
        DiskFormatException error = Assert.Throws<DiskFormatException>(() => new MountedDisk(new FakeDisk(image.Bytes)));
        Assert.Contains("restore it from a copy, or format it again", error.Message);

        // With its checksum right and one record wrong, the others can be read.
        image = Copy();
        image.Block(Superblock.TryRead(image.Block(0), 256, out _)!.TableRoot.Block)[(5 * DiskLayout.InodeBytes) + 1] = 200;
        image.Sign();
        MountedDisk mounted = new(new FakeDisk(image.Bytes));
        Assert.Contains("/d is read-only: copy what is needed from disk0 elsewhere, and format it again", mounted.Log);
        Assert.Equal(Errno.EROFS, mounted.Files.CreateDirectory("/d/new", 0));
        Assert.Equal(Errno.None, mounted.Read("/d/long", out _));
    }

    [Fact]
    public void A_read_only_disk_can_be_read()
    {
        MountedDisk mounted = new(new FakeDisk(Copy().Bytes) { ReadOnly = true });
        Assert.Equal(Errno.None, mounted.Read("/d/f1/7", out byte[] data));
        Assert.Equal(10_500, data.Length);
        Assert.Equal(Errno.EROFS, mounted.Write("/d/f1/7", "x"u8));
        Assert.Equal(Errno.EROFS, mounted.Files.Unlink("/d/f1/7"));
        Assert.Throws<DiskFormatException>(() => DiskFormat.Create(new FakeDisk(Copy().Bytes) { ReadOnly = true }));
    }

    /// <summary>Half of the images have right checksums: they come from somebody who means harm.</summary>
    [Fact]
    public void Any_image_is_mounted_or_refused_and_can_be_used_without_a_crash()
    {
        Random random = new(11);
        int mountedCount = 0;
        DiskImage image = Copy();
        for (int round = 0; round < 10_000; round++)
        {
            s_sample.Bytes.CopyTo(image.Bytes, 0);
            Mutate(image, random);
            if (round % 2 == 0 && Superblock.TryRead(image.Block(0), image.Blocks, out _) is not null)
                image.Sign();
            try
            {
                FakeDisk disk = new(image.Bytes);
                MountedDisk mounted = new(disk, 1 << 18);
                if (round % 16 == 0)
                    _ = DiskCheck.Run(disk);
                if (round % 4 < 2)
                    Use(mounted, random);
                mountedCount++;
            }
            catch (DiskFormatException)
            {
            }
        }

        Assert.InRange(mountedCount, 5000, 9900);
    }

    private static DiskImage Copy() => new((byte[])s_sample.Bytes.Clone());

    private static void Mutate(DiskImage image, Random random)
    {
        // Most of the disk is free: what is in use lies at its start.
        int used = 120 * DiskLayout.BlockBytes;
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int at = random.Next(3) switch
            {
                0 => random.Next(DiskLayout.BlockBytes),
                1 => (int)(Superblock.TryRead(s_sample.Block(0), 256, out _)!.TableRoot.Block * DiskLayout.BlockBytes) + random.Next(DiskLayout.BlockBytes),
                _ => random.Next(used),
            };
            if (at < Superblock.Bytes && random.Next(4) != 0)
                at += Superblock.Bytes;
            if (random.Next(3) == 0)
                image.Bytes.AsSpan(random.Next(used), 64).CopyTo(image.Bytes.AsSpan(at));
            else
                image.Bytes[at] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };
        }
    }

    /// <summary>Everything that a user may do; whatever it gives is right.</summary>
    private static void Use(MountedDisk mounted, Random random)
    {
        byte[] buffer = new byte[5000];
        foreach (string folder in new[] { "/d", $"/d/f{random.Next(3)}" })
        {
            _ = mounted.Files.List(folder, out IReadOnlyList<DirectoryEntry> entries);
            foreach (DirectoryEntry entry in entries)
            {
                string path = folder + "/" + entry.Name;
                _ = mounted.Files.ReadLink(path, out _);
                if (mounted.Files.Open(path, OpenFlags.ReadWrite, 0, out int fd) == Errno.None)
                {
                    _ = mounted.Files.ReadAt(fd, random.Next(10_000), buffer, out _);
                    _ = mounted.Files.WriteAt(fd, random.Next(10_000), buffer, out _);
                    _ = mounted.Files.Truncate(fd, random.Next(5000));
                    _ = mounted.Files.Close(fd);
                }

                switch (random.Next(4))
                {
                    case 0:
                        _ = mounted.Files.Unlink(path);
                        break;
                    case 1:
                        _ = mounted.Files.Rename(path, folder + "/" + random.Next(20));
                        break;
                    default:
                        _ = mounted.Files.RemoveDirectory(path);
                        break;
                }
            }

            _ = mounted.Files.CreateDirectory(folder + "/new", 0);
        }

        _ = mounted.FileSystem.Synchronize();
    }

    /// <summary>The block of the image that holds a file's page.</summary>
    private static Span<byte> Find(DiskImage image, string path, int level, long index)
    {
        MountedDisk mounted = new(new FakeDisk((byte[])image.Bytes.Clone()));
        Node node = mounted.FileSystem.Root;
        foreach (string name in path.Split('/')[2..])
            Assert.Equal(Errno.None, node.Lookup(name, out node!));
        byte[] page = ((DiskNode)node).Tree.Find(level, index)!.Data;
        for (long block = 0; block < image.Blocks; block++)
            if (image.Block(block).SequenceEqual(page))
                return image.Block(block);
        throw new InvalidOperationException($"{path} is not in the image");
    }
}
