using System.Text;
using MicroLake.Files;
using Xunit;

namespace MicroLake.HostTests.Files;

/// <summary>File calls over a tree with a writable memory file system at /tmp and devices at /dev.</summary>
public sealed class FileContextTests
{
    private readonly FileContext _files;
    private readonly TmpFileSystem _tmp = new(1 << 20);

    public FileContextTests()
    {
        VirtualFileSystem tree = new();
        tree.Mount("/tmp", _tmp);
        tree.Mount("/dev", new DevFileSystem(buffer => buffer.Fill(0x5A)));
        _files = new FileContext(tree);
    }

    [Fact]
    public void The_root_lists_the_mounts() => Assert.Equal([".", "..", "dev", "tmp"], Names("/"));

    [Fact]
    public void A_file_reads_back_what_was_written()
    {
        Write("/tmp/a", "hello");
        Assert.Equal("hello", Read("/tmp/a"));
        Assert.Equal(Errno.None, _files.Status("/tmp/a", true, out NodeStatus status));
        Assert.Equal(5, status.Size);
        Assert.Equal(NodeKind.File, status.Kind);
        Assert.Equal(Convert.ToInt32("644", 8), status.Mode);
    }

    [Theory]
    [InlineData("", Errno.ENOENT)]
    [InlineData("/tmp/missing", Errno.ENOENT)]
    [InlineData("/missing/x", Errno.ENOENT)]
    [InlineData("/tmp/a/x", Errno.ENOTDIR)]
    [InlineData("/tmp/a/", Errno.ENOTDIR)]
    [InlineData("/tmp/a/..", Errno.ENOTDIR)]
    [InlineData("/tmp/loop", Errno.ELOOP)]
    [InlineData("/tmp/dangling", Errno.ENOENT)]
    [InlineData("/tmp/zero\0byte", Errno.EINVAL)]
    public void A_path_that_leads_nowhere_says_why(string path, Errno expected)
    {
        Write("/tmp/a", "x");
        Assert.Equal(Errno.None, _files.SymbolicLink("loop", "/tmp/loop"));
        Assert.Equal(Errno.None, _files.SymbolicLink("nowhere", "/tmp/dangling"));
        Assert.Equal(expected, _files.Status(path, true, out _));
    }

    [Fact]
    public void Long_names_are_refused()
    {
        Assert.Equal(Errno.ENAMETOOLONG, _files.Open("/tmp/" + new string('x', 256), OpenFlags.ReadWrite | OpenFlags.Create, 0, out _));
        Assert.Equal(Errno.None, _files.Open("/tmp/" + new string('x', 255), OpenFlags.ReadWrite | OpenFlags.Create, 0, out _));
        Assert.Equal(Errno.ENAMETOOLONG, _files.Status("/" + string.Concat(Enumerable.Repeat("tmp/../", 700)), true, out _));
    }

    [Theory]
    [InlineData("/tmp/d/../a")]
    [InlineData("/tmp/./d/.././a")]
    [InlineData("/../tmp/a")]
    [InlineData("//tmp//a")]
    [InlineData("/tmp/to-d/../a")]
    [InlineData("/tmp/d/up/a")]
    [InlineData("/tmp/abs")]
    [InlineData("a")]
    [InlineData("d/../a")]
    public void Dots_links_and_relative_paths_lead_to_the_file(string path)
    {
        Write("/tmp/a", "found");
        Assert.Equal(Errno.None, _files.CreateDirectory("/tmp/d", 0x1FF));
        Assert.Equal(Errno.None, _files.SymbolicLink("d", "/tmp/to-d"));
        Assert.Equal(Errno.None, _files.SymbolicLink("..", "/tmp/d/up"));
        Assert.Equal(Errno.None, _files.SymbolicLink("/tmp/a", "/tmp/abs"));
        Assert.Equal(Errno.None, _files.ChangeDirectory("/tmp"));
        Assert.Equal("found", Read(path));
        Assert.Equal(Errno.None, _files.RealPath(path, out string full));
        Assert.Equal("/tmp/a", full);
    }

    [Fact]
    public void Creating_through_a_dangling_link_makes_its_target()
    {
        Assert.Equal(Errno.None, _files.SymbolicLink("target", "/tmp/link"));
        Write("/tmp/link", "x");
        Assert.Equal("x", Read("/tmp/target"));
        Assert.Equal(Errno.EEXIST, _files.Open("/tmp/link", OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0, out _));
        Assert.Equal(Errno.ELOOP, _files.Open("/tmp/link", OpenFlags.ReadOnly | OpenFlags.NoFollow, 0, out _));
    }

    [Fact]
    public void An_unlinked_file_lives_while_it_is_open_and_then_gives_its_room_back()
    {
        long before = _tmp.Space.Free;
        Write("/tmp/a", new string('x', 10000));
        Assert.Equal(Errno.None, _files.Open("/tmp/a", OpenFlags.ReadOnly, 0, out int fd));
        Assert.Equal(Errno.None, _files.Unlink("/tmp/a"));
        Assert.Equal(Errno.ENOENT, _files.Status("/tmp/a", true, out _));
        byte[] buffer = new byte[4];
        Assert.Equal(Errno.None, _files.ReadAt(fd, 9998, buffer, out int count));
        Assert.Equal(2, count);
        Assert.True(_tmp.Space.Free < before);
        Assert.Equal(Errno.None, _files.Close(fd));
        Assert.Equal(before, _tmp.Space.Free);
    }

    [Fact]
    public void A_full_file_system_says_so_and_keeps_what_fitted()
    {
        Assert.Equal(Errno.None, _files.Open("/tmp/big", OpenFlags.ReadWrite | OpenFlags.Create, 0, out int fd));
        byte[] block = new byte[64 * 1024];
        long written = 0;
        Errno error;
        while ((error = _files.Write(fd, block, out int count)) == Errno.None)
            written += count;
        Assert.Equal(Errno.ENOSPC, error);
        Assert.Equal(Errno.None, _files.Status(fd, out NodeStatus status));
        Assert.Equal(written, status.Size);
        Assert.InRange(written, (1 << 20) - 8192, 1 << 20);
        Assert.Equal(Errno.ENOSPC, _files.CreateDirectory("/tmp/more", 0x1FF) == Errno.None ? Fill() : Errno.ENOSPC);
        Assert.Equal(Errno.None, _files.Truncate(fd, 0));
        Assert.Equal(Errno.None, _files.Write(fd, block, out _));

        Errno Fill()
        {
            for (int i = 0; i < 10000; i++)
                if (_files.CreateDirectory($"/tmp/{i}", 0x1FF) is var failed and not Errno.None)
                    return failed;
            return Errno.None;
        }
    }

    [Fact]
    public void Holes_take_no_room_and_read_as_zeros()
    {
        Assert.Equal(Errno.None, _files.Open("/tmp/sparse", OpenFlags.ReadWrite | OpenFlags.Create, 0, out int fd));
        Assert.Equal(Errno.None, _files.WriteAt(fd, 1L << 40, "end"u8, out _));
        byte[] buffer = [1, 1, 1, 1, 1];
        Assert.Equal(Errno.None, _files.ReadAt(fd, (1L << 40) - 2, buffer, out int count));
        Assert.Equal(5, count);
        Assert.Equal("\0\0end"u8.ToArray(), buffer);
        Assert.Equal(Errno.EFBIG, _files.WriteAt(fd, long.MaxValue - 10, "x"u8, out _));
        Assert.Equal(Errno.EFBIG, _files.Truncate(fd, long.MaxValue));
    }

    [Fact]
    public void What_a_truncation_cut_off_does_not_come_back()
    {
        Assert.Equal(Errno.None, _files.Open("/tmp/a", OpenFlags.ReadWrite | OpenFlags.Create, 0, out int fd));
        _files.Write(fd, "secret"u8, out _);
        _files.Truncate(fd, 2);
        _files.Truncate(fd, 6);
        Assert.Equal("se\0\0\0\0", Read("/tmp/a"));
    }

    [Fact]
    public void Appends_of_many_threads_do_not_overwrite_one_another()
    {
        const int Threads = 8, Each = 200;
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ =>
        {
            Assert.Equal(Errno.None, _files.Open("/tmp/log", OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, 0x1B6, out int fd));
            for (int i = 0; i < Each; i++)
                Assert.Equal(Errno.None, _files.Write(fd, "line\n"u8, out int _));
            _files.Close(fd);
        });
        string text = Read("/tmp/log");
        Assert.Equal(Threads * Each * 5, text.Length);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Equal("line", line));
    }

    [Fact]
    public void Descriptors_are_the_lowest_free_and_run_out_with_EMFILE()
    {
        FileContext few = new(_files.Tree, descriptorLimit: 3);
        for (int expected = 0; expected < 3; expected++)
        {
            Assert.Equal(Errno.None, few.Open("/dev/null", OpenFlags.ReadWrite, 0, out int fd));
            Assert.Equal(expected, fd);
        }
        Assert.Equal(Errno.EMFILE, few.Open("/dev/null", OpenFlags.ReadWrite, 0, out _));
        Assert.Equal(Errno.None, few.Close(1));
        Assert.Equal(Errno.EBADF, few.Close(1));
        Assert.Equal(Errno.EBADF, few.Read(1, new byte[1], out _));
        Assert.Equal(Errno.None, few.Descriptors.Duplicate(0, out int copy));
        Assert.Equal(1, copy);
    }

    [Fact]
    public void Closing_and_reusing_descriptors_while_others_read_mixes_nothing_up()
    {
        Write("/tmp/a", "a");
        Write("/tmp/b", "b");
        long before = _tmp.Space.Free;
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            string name = worker % 2 == 0 ? "a" : "b";
            byte[] buffer = new byte[1];
            for (int i = 0; i < 5000; i++)
            {
                Assert.Equal(Errno.None, _files.Open("/tmp/" + name, OpenFlags.ReadOnly, 0, out int fd));
                Assert.Equal(Errno.None, _files.Read(fd, buffer, out int count));
                Assert.Equal((1, name[0]), (count, (char)buffer[0]));
                _files.ReadAt(fd + 1, 0, new byte[1], out _);
                Assert.Equal(Errno.None, _files.Close(fd));
            }
        });
        Assert.Equal(0, _files.Descriptors.Count);
        Assert.Equal(before, _tmp.Space.Free);
    }

    [Fact]
    public void Duplicates_share_the_position()
    {
        Write("/tmp/a", "abcdef");
        _files.Open("/tmp/a", OpenFlags.ReadOnly, 0, out int first);
        _files.Descriptors.Duplicate(first, out int second);
        byte[] buffer = new byte[2];
        _files.Read(first, buffer, out _);
        _files.Close(first);
        _files.Read(second, buffer, out _);
        Assert.Equal("cd"u8.ToArray(), buffer);
    }

    [Fact]
    public void Exclusive_and_shared_locks_exclude_each_other_until_closed()
    {
        Write("/tmp/a", "x");
        _files.Open("/tmp/a", OpenFlags.ReadOnly, 0, out int first);
        _files.Open("/tmp/a", OpenFlags.ReadOnly, 0, out int second);
        Assert.Equal(Errno.None, _files.Lock(first, exclusive: false, wait: false));
        Assert.Equal(Errno.None, _files.Lock(second, exclusive: false, wait: false));
        Assert.Equal(Errno.EAGAIN, _files.Lock(second, exclusive: true, wait: false));
        _files.Close(first);
        Assert.Equal(Errno.None, _files.Lock(second, exclusive: true, wait: false));
        _files.Open("/tmp/a", OpenFlags.ReadOnly, 0, out int third);
        Assert.Equal(Errno.EAGAIN, _files.Lock(third, exclusive: false, wait: false));
        Assert.Equal(Errno.None, _files.Unlock(second));
        Assert.Equal(Errno.None, _files.Lock(third, exclusive: false, wait: false));
    }

    [Fact]
    public void Mounts_can_be_neither_removed_nor_renamed_nor_crossed()
    {
        Write("/tmp/a", "x");
        Assert.Equal(Errno.EBUSY, _files.RemoveDirectory("/tmp"));
        Assert.Equal(Errno.EBUSY, _files.Rename("/tmp", "/other"));
        Assert.Equal(Errno.EXDEV, _files.Rename("/tmp/a", "/dev/a"));
        Assert.Equal(Errno.EROFS, _files.CreateDirectory("/new", 0x1FF));
        Assert.Equal(Errno.EROFS, _files.Open("/x", OpenFlags.WriteOnly | OpenFlags.Create, 0, out _));
    }

    [Fact]
    public void A_directory_cannot_be_opened_for_writing_or_moved_into_itself()
    {
        _files.CreateDirectory("/tmp/d", 0x1FF);
        _files.CreateDirectory("/tmp/d/e", 0x1FF);
        Assert.Equal(Errno.EISDIR, _files.Open("/tmp/d", OpenFlags.ReadWrite, 0, out _));
        Assert.Equal(Errno.EINVAL, _files.Rename("/tmp/d", "/tmp/d/e/f"));
        Assert.Equal(Errno.ENOTEMPTY, _files.RemoveDirectory("/tmp/d"));
        Assert.Equal(Errno.EISDIR, _files.Unlink("/tmp/d"));
        Assert.Equal(Errno.EINVAL, _files.RemoveDirectory("/tmp/d/."));
    }

    [Fact]
    public void Devices_do_what_their_names_say()
    {
        _files.Open("/dev/zero", OpenFlags.ReadWrite, 0, out int zero);
        _files.Open("/dev/null", OpenFlags.ReadWrite, 0, out int none);
        _files.Open("/dev/random", OpenFlags.ReadOnly, 0, out int random);
        byte[] buffer = [1, 2, 3];
        Assert.Equal(Errno.None, _files.Read(random, buffer, out int count));
        Assert.Equal((3, 0x5A), (count, (int)buffer[2]));
        Assert.Equal(Errno.None, _files.Read(zero, buffer, out _));
        Assert.Equal(new byte[3], buffer);
        Assert.Equal(Errno.None, _files.Read(none, buffer, out count));
        Assert.Equal(0, count);
        Assert.Equal(Errno.None, _files.Write(none, buffer, out count));
        Assert.Equal(3, count);
        Assert.Equal(Errno.ESPIPE, _files.Seek(none, 0, SeekFrom.Start, out _));
        Assert.Equal(Errno.EBADF, _files.Write(random, buffer, out _));
    }

    private void Write(string path, string text)
    {
        Assert.Equal(Errno.None, _files.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, 0x1B6, out int fd));
        byte[] data = Encoding.UTF8.GetBytes(text);
        Assert.Equal(Errno.None, _files.Write(fd, data, out int count));
        Assert.Equal(data.Length, count);
        Assert.Equal(Errno.None, _files.Close(fd));
    }

    private string Read(string path)
    {
        Assert.Equal(Errno.None, _files.Open(path, OpenFlags.ReadOnly, 0, out int fd));
        byte[] data = new byte[1 << 20];
        Assert.Equal(Errno.None, _files.Read(fd, data, out int count));
        Assert.Equal(Errno.None, _files.Close(fd));
        return Encoding.UTF8.GetString(data, 0, count);
    }

    private List<string> Names(string path)
    {
        Assert.Equal(Errno.None, _files.OpenDirectory(path, out DirectoryStream? stream));
        List<string> names = [];
        while (stream!.TryRead(out DirectoryEntry entry))
            names.Add(entry.Name);
        return names;
    }
}
