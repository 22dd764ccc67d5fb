using MicroLake.Files;
using MicroLake.Storage;
using Xunit;

namespace MicroLake.HostTests.Storage;

public sealed class DiskFileSystemTests
{
    private readonly FakeDisk _disk = FakeDisk.Formatted(8 << 20);

    [Fact]
    public void Kinds_links_modes_and_times_are_there_after_mounting_again()
    {
        MountedDisk mounted = new(_disk);
        Assert.Equal(Errno.None, mounted.Files.CreateDirectory("/d/folder", 0x1FF));
        Assert.Equal(Errno.None, mounted.Write("/d/folder/file", "text"u8));
        Assert.Equal(Errno.None, mounted.Files.SymbolicLink("folder/file", "/d/link"));
        Assert.Equal(Errno.None, mounted.Files.Link("/d/folder/file", "/d/second"));
        Assert.Equal(Errno.None, mounted.Files.SetMode("/d/folder/file", 0x180));
        Assert.Equal(Errno.None, mounted.Files.SetTimes("/d/second", true, 41, 42));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());

        mounted = new MountedDisk(_disk);
        Assert.Equal(Errno.None, mounted.Files.ReadLink("/d/link", out string target));
        Assert.Equal("folder/file", target);
        Assert.Equal(Errno.None, mounted.Read("/d/link", out byte[] data));
        Assert.Equal("text"u8, data);
        Assert.Equal(Errno.None, mounted.Files.Status("/d/folder/file", true, out NodeStatus status));
        Assert.Equal((NodeKind.File, 0x180, 4, 2, 41, 42), (status.Kind, status.Mode, status.Size, status.Links, status.Times.Access, status.Times.Modification));
        Assert.Equal(Errno.None, mounted.Files.Status("/d", true, out status));
        Assert.Equal(3, status.Links);
        Assert.Equal(Errno.None, mounted.Files.Unlink("/d/folder/file"));
        Assert.Equal(Errno.None, mounted.Read("/d/second", out _));
        Assert.Equal(Errno.EILSEQ, mounted.Files.CreateDirectory("/d/half \uD800", 0));
    }

    [Fact]
    public void Thousands_of_names_fit_into_a_directory()
    {
        MountedDisk mounted = new(_disk);
        for (int i = 0; i < 3000; i++)
            Assert.Equal(Errno.None, mounted.Write($"/d/a file with the number {i:0000}", default));
        for (int i = 0; i < 3000; i += 3)
            Assert.Equal(Errno.None, mounted.Files.Unlink($"/d/a file with the number {i:0000}"));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        mounted = new MountedDisk(_disk);
        Assert.Equal(Errno.None, mounted.Files.List("/d", out IReadOnlyList<DirectoryEntry> entries));
        Assert.Equal(Enumerable.Range(0, 3000).Where(i => i % 3 != 0).Select(i => $"a file with the number {i:0000}"), entries.Select(e => e.Name));
        Assert.Empty(DiskCheck.Run(_disk).Problems);
    }

    [Fact]
    public void Holes_take_no_room_and_read_as_zeros()
    {
        MountedDisk mounted = new(_disk);
        long free = mounted.FileSystem.Space.Free;
        const long far = DiskLayout.MaxFileBytes - 10;
        Assert.Equal(Errno.None, mounted.Files.Open("/d/sparse", OpenFlags.ReadWrite | OpenFlags.Create, 0x1B6, out int fd));
        Assert.Equal(Errno.None, mounted.Files.WriteAt(fd, far, "0123456789"u8, out _));
        Assert.Equal(Errno.EFBIG, mounted.Files.WriteAt(fd, far, "0123456789A"u8, out _));
        Assert.InRange(free - mounted.FileSystem.Space.Free, 5 * 4096, 7 * 4096);
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        byte[] buffer = new byte[20];
        Assert.Equal(Errno.None, mounted.Files.ReadAt(fd, far - 5, buffer, out int count));
        Assert.Equal("\0\0\0\0\00123456789"u8, buffer.AsSpan(0, count));
        Assert.Equal(4096, DiskCheck.Run(_disk).Bytes);
        Assert.Equal(Errno.None, mounted.Files.Truncate(fd, 0));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.InRange(free - mounted.FileSystem.Space.Free, 0, 4096);
    }

    [Fact]
    public void A_file_without_a_name_lives_until_it_is_closed_and_not_longer_than_the_machine()
    {
        MountedDisk mounted = new(_disk);
        Assert.Equal(Errno.None, mounted.Write("/d/open", new byte[100_000]));
        Assert.Equal(Errno.None, mounted.Files.Open("/d/open", OpenFlags.ReadWrite, 0, out int fd));
        long full = mounted.FileSystem.Space.Free;
        Assert.Equal(Errno.None, mounted.Files.Unlink("/d/open"));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.Equal(full, mounted.FileSystem.Space.Free);
        Assert.InRange(new MountedDisk(_disk).FileSystem.Space.Free, full + 100_000, full + 110_000);
        Assert.Equal(Errno.None, mounted.Files.WriteAt(fd, 50_000, "still"u8, out _));
        Assert.Equal(Errno.None, mounted.Files.Close(fd));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.InRange(mounted.FileSystem.Space.Free, full + 100_000, full + 110_000);
        Assert.Empty(DiskCheck.Run(_disk).Problems);
    }

    [Fact]
    public void Freed_blocks_are_discarded_once_nothing_durable_needs_them()
    {
        MountedDisk mounted = new(_disk);
        Assert.Equal(Errno.None, mounted.Write("/d/file", new byte[100 << 12]));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        _disk.Discards.Clear();
        Assert.Equal(Errno.None, mounted.Files.Unlink("/d/file"));
        Assert.Empty(_disk.Discards);
        Assert.Equal(Errno.None, mounted.FileSystem.Root.Synchronize());
        Assert.Empty(_disk.Discards);
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.InRange(_disk.Discards.Sum(run => run.Count) / 8, 100, 110);
        Assert.InRange(_disk.Discards.Count, 1, 4);
    }

    [Fact]
    public void Fsync_of_one_small_write_is_three_requests_and_is_settled_later()
    {
        MountedDisk mounted = new(_disk);
        Assert.Equal(Errno.None, mounted.Files.Open("/d/file", OpenFlags.ReadWrite | OpenFlags.Create, 0x1B6, out int fd));
        Assert.Equal(Errno.None, mounted.Files.Synchronize(fd));
        (int flushes, long requests) = (_disk.Flushes, _disk.Requests);
        long blocks = mounted.FileSystem.Statistics.BlocksWritten;
        Assert.Equal(Errno.None, mounted.Files.Write(fd, "x"u8, out _));
        Assert.Equal(Errno.None, mounted.Files.Synchronize(fd));
        Assert.Equal(2, mounted.FileSystem.Statistics.BlocksWritten - blocks);
        // Data and inode in one, the superblock, a flush.
        Assert.Equal((1, 3), (_disk.Flushes - flushes, _disk.Requests - requests));
        Assert.Equal(Errno.None, mounted.Files.Synchronize(fd));
        Assert.Equal((1, 3), (_disk.Flushes - flushes, _disk.Requests - requests));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.Equal((2, 6), (_disk.Flushes - flushes, _disk.Requests - requests));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        Assert.Equal((2, 6), (_disk.Flushes - flushes, _disk.Requests - requests));
    }

    [Fact]
    public void Writing_is_done_in_long_requests_and_bounded_by_the_cache()
    {
        MountedDisk mounted = new(_disk, cacheBytes: 1 << 20);
        long requests = _disk.Requests;
        Assert.Equal(Errno.None, mounted.Write("/d/file", new byte[4 << 20]));
        Assert.InRange(mounted.FileSystem.Statistics.Pages, 1, 256 + 48);
        Assert.InRange(_disk.Requests - requests, 16, 120);
    }

    [Fact]
    public void A_file_that_is_read_in_order_is_read_ahead_and_one_that_is_not_is_not()
    {
        MountedDisk mounted = new(_disk);
        Assert.Equal(Errno.None, mounted.Write("/d/file", new byte[4 << 20]));
        Assert.Equal(Errno.None, mounted.FileSystem.Synchronize());
        mounted = new MountedDisk(_disk);
        Assert.Equal(Errno.None, mounted.Files.Open("/d/file", OpenFlags.ReadOnly, 0, out int fd));
        byte[] page = new byte[4096];
        for (int i = 0; i < 200; i++)
            Assert.Equal(Errno.None, mounted.Files.Read(fd, page, out _));
        CacheStatistics order = mounted.FileSystem.Statistics;
        Assert.Equal(200, order.Hits + order.Misses);
        Assert.InRange(order.Misses, 1, 12);
        Assert.Equal(order.Hits, order.AheadUsed);
        for (int i = 0; i < 200; i++)
            Assert.Equal(Errno.None, mounted.Files.ReadAt(fd, (512 + (i * 37 % 512)) * 4096, page, out _));
        Assert.Equal(order.Ahead, mounted.FileSystem.Statistics.Ahead);
    }

    [Fact]
    public void Readahead_and_reclaim_can_be_decided_by_others_whose_answers_are_not_trusted()
    {
        MountedDisk mounted = new(_disk, cacheBytes: 1 << 18);
        Assert.Equal(Errno.None, mounted.Write("/d/file", new byte[4 << 20]));
        Policies policies = new();
        mounted.FileSystem.Readahead = policies;
        mounted.FileSystem.Reclaim = policies;
        Assert.Equal(Errno.None, mounted.Read("/d/file", out byte[] data));
        Assert.Equal(4 << 20, data.Length);
        Assert.True(policies.Reads > 10 && policies.Choices > 100);
        Assert.InRange(mounted.FileSystem.Statistics.Pages, 1, 64);
    }

    [Fact]
    public void Second_chance_keeps_the_pages_that_are_used()
    {
        MountedDisk mounted = new(_disk, cacheBytes: 1 << 19);
        Assert.Equal(Errno.None, mounted.Write("/d/hot", new byte[32 << 12]));
        Assert.Equal(Errno.None, mounted.Write("/d/cold", new byte[4 << 20]));
        mounted.FileSystem.Readahead = new NoReadahead();
        Assert.Equal(Errno.None, mounted.Read("/d/hot", out _));
        Assert.Equal(Errno.None, mounted.Files.Open("/d/cold", OpenFlags.ReadOnly, 0, out int cold));
        Assert.Equal(Errno.None, mounted.Files.Open("/d/hot", OpenFlags.ReadOnly, 0, out int hot));
        byte[] page = new byte[4096];
        Random random = new(1);
        CacheStatistics before = default;
        for (int i = 0; i < 600; i++)
        {
            if (i == 100)
                before = mounted.FileSystem.Statistics;
            Assert.Equal(Errno.None, mounted.Files.ReadAt(cold, i * 4096L, page, out _));
            for (int j = 0; j < 4; j++)
                Assert.Equal(Errno.None, mounted.Files.ReadAt(hot, random.Next(32) * 4096L, page, out _));
        }

        // Of 4 in 5 reads that go to the hot pages nearly all are found.
        Assert.InRange(mounted.FileSystem.Statistics.Misses - before.Misses, 500, 600);
    }

    [Fact]
    public void The_cache_gives_memory_back_when_it_may_have_less()
    {
        long budget = 4 << 20;
        DiskFileSystem fileSystem = DiskFileSystem.Mount(_disk, new DiskOptions { CacheBudget = () => budget });
        Assert.Equal(Errno.None, fileSystem.Root.CreateFile("file", 0, out Node? file));
        Assert.Equal(Errno.None, file!.Write(0, new byte[1 << 20], out _));
        Assert.Equal(Errno.None, file.Write(1 << 20, new byte[1 << 20], out _));
        Assert.Equal(Errno.None, fileSystem.Synchronize());
        Assert.InRange(fileSystem.Statistics.Pages, 512, 600);
        budget = 1 << 18;
        Assert.Equal(Errno.None, file.Write(2 << 20, new byte[1 << 20], out _));
        Assert.Equal(Errno.None, file.Write(3 << 20, new byte[1 << 20], out _));
        Assert.InRange(fileSystem.Statistics.Pages, 1, 64 + 300);
        Assert.Equal(Errno.None, fileSystem.Synchronize());
        Assert.Equal(Errno.None, file.Read(0, new byte[1 << 20], out _));
        Assert.InRange(fileSystem.Statistics.Pages, 1, 64);
    }

    [Fact]
    public void Changes_are_written_back_without_being_asked_for()
    {
        MountedDisk mounted = new(_disk);
        mounted.FileSystem.StartWriteBack();
        Assert.Equal(Errno.None, mounted.Write("/d/file", "text"u8));
        mounted.FileSystem.Dispose();
        Assert.Equal(Errno.None, new MountedDisk(_disk).Read("/d/file", out byte[] data));
        Assert.Equal("text"u8, data);
    }

    private sealed class NoReadahead : IReadahead
    {
        public int PagesAhead(in ReadRequest request) => 0;
    }

    private sealed class Policies : IReadahead, IReclaim
    {
        private readonly Random _random = new(3);

        public int Reads { get; private set; }

        public int Choices { get; private set; }

        public int PagesAhead(in ReadRequest request)
        {
            Reads++;
            Assert.InRange(request.Recent.Length, 1, 8);
            Assert.Equal(1024, request.FilePages);
            return _random.Next(int.MinValue, int.MaxValue);
        }

        public int Choose(ReadOnlySpan<ReclaimCandidate> candidates)
        {
            Choices++;
            Assert.InRange(candidates.Length, 1, 8);
            return _random.Next(-2, 12);
        }
    }
}
