using System.Text;
using MicroLake.Files;
using MicroLake.Files.NineP;
using Xunit;

namespace MicroLake.HostTests.Files.NineP;

/// <summary>Files that a 9P server keeps, as this side sees them; after each test the server has no fid left, and nothing against its client.</summary>
public sealed class NinePFileSystemTests : IDisposable
{
    private const int Everyone = 0x1B6;

    private readonly TmpFileSystem _tmp = new(16 << 20);
    private readonly FileContext _host;
    private readonly List<string> _log = [];
    private FakeNinePServer _server;
    private NinePFileSystem _client;
    private FileContext _files;

    public NinePFileSystemTests()
    {
        VirtualFileSystem tree = new();
        tree.Mount("/host", _tmp);
        _host = new FileContext(tree);
        _server = new FakeNinePServer(_tmp);
        (_client, _files) = Connect(_server);
    }

    public void Dispose()
    {
        _server.OnAnswer = null;
        _server.Refused.Clear();
        _files.Descriptors.CloseAll();
        _client.Dispose();
        Assert.Equal(0, _server.Fids);
        Assert.Empty(_server.Violations);
    }

    [Fact]
    public void Every_operation_reaches_the_server()
    {
        Assert.Equal(Errno.None, _files.CreateDirectory("/host/folder", 0x1FF));
        Write(_files, "/host/folder/a", "text");
        Assert.Equal("text", Text(_host, "/host/folder/a"));
        Assert.Equal(Errno.None, _files.SymbolicLink("folder/a", "/host/link"));
        Assert.Equal(Errno.None, _files.ReadLink("/host/link", out string target));
        Assert.Equal("folder/a", target);
        Assert.Equal("text", Text(_files, "/host/link"));
        Assert.Equal(Errno.None, _files.Link("/host/folder/a", "/host/b"));
        Assert.Equal(Errno.None, _files.SetMode("/host/b", 0x180));
        Assert.Equal(Errno.None, _files.SetTimes("/host/b", true, null, -1_500_000_000));
        Assert.Equal(Errno.None, _files.Status("/host/folder/a", true, out NodeStatus status));
        Assert.Equal((NodeKind.File, 0x180, -1_500_000_000, 2, 4), (status.Kind, status.Mode, status.Times.Modification, status.Links, status.Size));
        Assert.NotEqual(-1_500_000_000, status.Times.Access);
        Assert.Equal(Errno.None, _files.Rename("/host/folder/a", "/host/c"));
        Assert.Equal(Errno.ENOENT, _files.Status("/host/folder/a", true, out _));
        Assert.Equal(Errno.None, _files.RemoveDirectory("/host/folder"));
        Assert.Equal(Errno.None, _files.Unlink("/host/b"));
        Assert.Equal(["c", "link"], Names(_files, "/host"));
        int fd = Open("/host/c", OpenFlags.ReadWrite);
        Assert.Equal(Errno.None, _files.Synchronize(fd));
        Assert.Equal(1, _server.Synchronized);
        Assert.Equal(Errno.None, _files.Truncate(fd, 2));
        Assert.Equal("te", Text(_host, "/host/c"));
        Assert.Equal((_tmp.Space.Total, _tmp.Space.Free), (_client.Space.Total, _client.Space.Free));
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData("/host/none", Errno.ENOENT)]
    [InlineData("/host/none/x", Errno.ENOENT)]
    [InlineData("/host/file/x", Errno.ENOTDIR)]
    [InlineData("/host/folder/none", Errno.ENOENT)]
    public void A_path_that_leads_nowhere_says_why(string path, Errno expected)
    {
        Write(_host, "/host/file", "x");
        Assert.Equal(Errno.None, _host.CreateDirectory("/host/folder", 0x1FF));
        Assert.Equal(expected, _files.Status(path, true, out _));
        Assert.Equal(expected, _files.Open(path, OpenFlags.ReadOnly, 0, out _));
    }

    [Fact]
    public void What_the_host_changes_shows_at_once()
    {
        Write(_host, "/host/a", "one");
        Assert.Equal("one", Text(_files, "/host/a"));
        int fd = Open("/host/a", OpenFlags.ReadOnly);
        Write(_host, "/host/a", "longer");
        Assert.Equal("longer", Text(_files, "/host/a"));
        byte[] buffer = new byte[10];
        Assert.Equal(Errno.None, _files.Read(fd, buffer, out int count));
        Assert.Equal(6, count);
        Assert.Equal(Errno.None, _files.Status("/host/a", true, out NodeStatus before));
        Assert.Equal(6, before.Size);
        Assert.Equal(Errno.None, _host.Unlink("/host/a"));
        Assert.Equal(Errno.ENOENT, _files.Status("/host/a", true, out _));
        Assert.Equal(Errno.None, _host.CreateDirectory("/host/a", 0x1FF));
        Assert.Equal(Errno.None, _files.Status("/host/a", true, out NodeStatus status));
        Assert.Equal(NodeKind.Directory, status.Kind);
        Write(_host, "/host/a/new", "x");
        Assert.Equal(["new"], Names(_files, "/host/a"));
    }

    /// <summary>The fid of the last time is asked, until this side makes the name lead elsewhere.</summary>
    [Fact]
    public void The_status_of_a_file_asked_again_is_one_request()
    {
        Write(_host, "/host/a", "one");
        Assert.Equal(Errno.None, _files.Status("/host/a", true, out _));
        Write(_host, "/host/a", "longer");
        int requests = _server.Requests;
        Assert.Equal(Errno.None, _files.Status("/host/a", true, out NodeStatus status));
        Assert.Equal((6, requests + 1), (status.Size, _server.Requests));

        Write(_host, "/host/b", "two and three");
        Assert.Equal(Errno.None, _files.Rename("/host/a", "/host/c"));
        Assert.Equal(Errno.None, _files.Rename("/host/b", "/host/a"));
        Assert.Equal(Errno.None, _files.Status("/host/a", true, out status));
        Assert.Equal(13, status.Size);
    }

    /// <summary>A link is followed, and a slash behind a name asks for a directory, though the server is asked for the name's status first.</summary>
    [Fact]
    public void The_status_of_links_and_of_names_with_a_slash_is_that_of_the_walk()
    {
        Write(_files, "/host/a", "four");
        Assert.Equal(Errno.None, _files.CreateDirectory("/host/folder", 0x1FF));
        Assert.Equal(Errno.None, _files.SymbolicLink("a", "/host/link"));
        Assert.Equal(Errno.None, _files.SymbolicLink("folder", "/host/way"));
        Assert.Equal(Errno.None, _files.Status("/host/link", true, out NodeStatus status));
        Assert.Equal((NodeKind.File, 4), (status.Kind, status.Size));
        Assert.Equal(Errno.None, _files.Status("/host/link", false, out status));
        Assert.Equal(NodeKind.SymbolicLink, status.Kind);
        Assert.Equal(Errno.None, _files.Status("/host/way/", false, out status));
        Assert.Equal(NodeKind.Directory, status.Kind);
        Assert.Equal(Errno.ENOTDIR, _files.Status("/host/a/", true, out _));
        Assert.Equal(Errno.ENOENT, _files.Status("/host/none", true, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Long_files_and_long_listings_take_several_requests(int unit)
    {
        Reconnect(new FakeNinePServer(_tmp) { IoUnit = (uint)unit, MostMessageBytes = 8192 });
        byte[] bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        int fd = Open("/host/long", OpenFlags.ReadWrite | OpenFlags.Create);
        Assert.Equal(Errno.None, _files.Write(fd, bytes, out int count));
        Assert.Equal(bytes.Length, count);
        byte[] back = new byte[150_000];
        Assert.Equal(Errno.None, _files.ReadAt(fd, 0, back, out count));
        Assert.Equal(bytes, back[..count]);
        Assert.Equal(Errno.None, _files.ReadAt(fd, 100_000, back, out count));
        Assert.Equal(0, count);

        string name = new('n', 200);
        for (int i = 0; i < 300; i++)
            Assert.Equal(Errno.None, _files.CreateDirectory($"/host/{name}{i:000}", 0x1FF));
        Assert.Equal(["long", .. Enumerable.Range(0, 300).Select(i => $"{name}{i:000}")], Names(_files, "/host"));
    }

    [Fact]
    public void A_path_may_be_deeper_than_a_walk_is_long()
    {
        string path = "/host";
        for (int i = 0; i < 40; i++)
        {
            path += $"/{i}";
            Assert.Equal(Errno.None, _files.CreateDirectory(path, 0x1FF));
        }

        Write(_files, path + "/file", "deep");
        Assert.Equal("deep", Text(_host, path + "/file"));
        Assert.Equal(Errno.None, _files.Unlink(path + "/file"));
        Assert.Empty(Names(_files, path));
    }

    [Fact]
    public void Open_files_outlive_their_names_and_append_at_the_end()
    {
        int first = Open("/host/log", OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append);
        int second = Open("/host/log", OpenFlags.ReadWrite);
        Assert.Equal(Errno.None, _files.Write(second, "0123456789"u8, out _));
        Assert.Equal(Errno.None, _files.Write(first, "ab"u8, out _));
        Assert.Equal(Errno.None, _files.Seek(first, 0, SeekFrom.Current, out long position));
        Assert.Equal(12, position);
        Assert.Equal(Errno.None, _files.Unlink("/host/log"));
        Assert.Equal(Errno.None, _files.Status(second, out NodeStatus status));
        Assert.Equal((12, 0), (status.Size, status.Links));
        _files.Close(first);
        _files.Close(second);
        _client.Client.ClunkParked();
        Assert.Equal(_tmp.Space.Total, _tmp.Space.Free);
    }

    [Fact]
    public void A_new_file_is_its_makers_whatever_its_mode()
    {
        Assert.Equal(Errno.None, _files.Open("/host/mine", OpenFlags.WriteOnly | OpenFlags.Create, 0, out int fd));
        Assert.Equal(Errno.None, _files.Write(fd, "x"u8, out _));
        _server.Refused[MessageType.Open] = Errno.EACCES;
        Assert.Equal(Errno.None, _files.Open("/host/log", OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, 0, out fd));
        Assert.Equal(Errno.None, _files.Write(fd, "y"u8, out _));
        Assert.Equal(Errno.EACCES, _files.Open("/host/mine", OpenFlags.WriteOnly, 0, out _));
    }

    [Fact]
    public void Whole_file_locks_hold_between_open_files()
    {
        int mine = Open("/host/lock", OpenFlags.ReadWrite | OpenFlags.Create);
        int theirs = Open("/host/lock", OpenFlags.ReadOnly);
        Assert.Equal(Errno.None, _files.Lock(mine, exclusive: true, wait: false));
        Assert.Equal(Errno.EAGAIN, _files.Lock(theirs, exclusive: false, wait: false));
        Assert.Equal(Errno.None, _files.Close(mine));
        Assert.Equal(Errno.None, _files.Lock(theirs, exclusive: true, wait: false));
    }

    [Fact]
    public void Every_refusal_is_told_and_leaves_no_fid()
    {
        Write(_host, "/host/a", "x");
        Assert.Equal(Errno.None, _host.CreateDirectory("/host/folder", 0x1FF));
        Assert.Equal(Errno.None, _host.SymbolicLink("a", "/host/link"));
        int fd = Open("/host/a", OpenFlags.ReadWrite);
        (MessageType Type, Func<Errno> Operation)[] operations =
        [
            (MessageType.Walk, () => _files.Status("/host/a", true, out _)),
            (MessageType.GetAttributes, () => _files.Status("/host/a", true, out _)),
            (MessageType.Open, () => _files.Open("/host/a", OpenFlags.ReadOnly, 0, out _)),
            (MessageType.Open, () => _files.List("/host/folder", out _)),
            (MessageType.ReadDirectory, () => _files.List("/host/folder", out _)),
            (MessageType.Create, () => _files.Open("/host/folder/new", OpenFlags.WriteOnly | OpenFlags.Create, 0, out _)),
            (MessageType.ReadLink, () => _files.ReadLink("/host/link", out _)),
            (MessageType.MakeDirectory, () => _files.CreateDirectory("/host/new", 0)),
            (MessageType.SymbolicLink, () => _files.SymbolicLink("a", "/host/new")),
            (MessageType.Link, () => _files.Link("/host/a", "/host/new")),
            (MessageType.UnlinkAt, () => _files.Unlink("/host/a")),
            (MessageType.UnlinkAt, () => _files.RemoveDirectory("/host/folder")),
            (MessageType.RenameAt, () => _files.Rename("/host/a", "/host/folder/a")),
            (MessageType.SetAttributes, () => _files.SetMode("/host/a", 0)),
            (MessageType.SetAttributes, () => _files.Truncate(fd, 0)),
            (MessageType.Read, () => _files.Read(fd, new byte[1], out _)),
            (MessageType.Write, () => _files.Write(fd, new byte[1], out _)),
            (MessageType.Synchronize, () => _files.Synchronize(fd)),
        ];
        foreach ((MessageType type, Func<Errno> operation) in operations)
        {
            foreach (Errno error in (Errno[])[Errno.EROFS, Errno.ENOSPC, Errno.EIO, Errno.EACCES])
            {
                _server.Refused[type] = error;
                Assert.Equal((type, error), (type, operation()));
                _server.Refused.Clear();
            }
        }

        Assert.Equal("x", Text(_files, "/host/a"));
        _server.Refused[MessageType.StatFs] = Errno.EIO;
        Assert.Equal(default, _client.Space);
        _server.Refused[MessageType.Clunk] = Errno.ENOSPC;
        Assert.Equal(Errno.None, _files.Close(fd));
        Assert.Empty(_log);
    }

    [Fact]
    public void A_server_of_before_renameat_renames_too()
    {
        Assert.Equal(Errno.None, _host.CreateDirectory("/host/folder", 0x1FF));
        Write(_host, "/host/folder/a", "x");
        _server.Refused[MessageType.RenameAt] = Errno.ENOTSUP;
        Assert.Equal(Errno.None, _files.Rename("/host/folder/a", "/host/b"));
        Assert.Equal("x", Text(_host, "/host/b"));
        Assert.Empty(Names(_host, "/host/folder"));
    }

    [Fact]
    public void Names_that_are_no_text_are_left_out_and_refused()
    {
        Write(_host, "/host/näme", "x");
        _server.ExtraNames.Add([0xFF, 0xFE]);
        Assert.Equal(["näme"], Names(_files, "/host"));
        Assert.Contains(_log, line => line.Contains("1 names", StringComparison.Ordinal));
        Assert.Equal(Errno.EILSEQ, _files.Status("/host/\uD800", true, out _));
        Assert.Equal(Errno.EILSEQ, _files.CreateDirectory("/host/\uDC00", 0));
        Assert.Equal(["näme"], Names(_host, "/host"));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("zero\0")]
    public void A_listing_with_a_name_that_no_file_can_have_is_an_error(string name)
    {
        _server.ExtraNames.Add(Encoding.UTF8.GetBytes(name));
        Assert.Equal(Errno.EIO, _files.List("/host", out IReadOnlyList<DirectoryEntry> entries));
        Assert.Empty(entries);
        Assert.NotEmpty(_log);
    }

    [Fact]
    public void A_listing_without_an_end_is_an_error()
    {
        _server.ExtraNames.AddRange(Enumerable.Repeat("again"u8.ToArray(), 140_000));
        Assert.Equal(Errno.EIO, _files.List("/host", out _));
    }

    [Fact]
    public void A_write_that_takes_only_a_part_says_so()
    {
        int fd = Open("/host/a", OpenFlags.ReadWrite | OpenFlags.Create);
        _server.MostWritten = 3;
        Assert.Equal(Errno.None, _files.Write(fd, "12345"u8, out int count));
        Assert.Equal(3, count);
        // Who goes on until everything is written would go on for ever.
        _server.MostWritten = 0;
        Assert.Equal(Errno.EIO, _files.Write(fd, "45"u8, out count));
        Assert.Equal(0, count);
        Assert.Equal(Errno.EFBIG, _files.WriteAt(fd, long.MaxValue, "45"u8, out _));
    }

    [Fact]
    public void Requests_of_several_threads_are_in_flight_together()
    {
        using Barrier together = new(2);
        bool met = false;
        _server.InFlight = () => met |= together.SignalAndWait(TimeSpan.FromSeconds(20));
        Thread other = new(() => _ = _client.Space);
        other.Start();
        Assert.Equal(_tmp.Space, _client.Space);
        other.Join();
        _server.InFlight = null;
        Assert.True(met);
    }

    [Fact]
    public void Threads_do_not_disturb_each_other()
    {
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            FileContext files = new(_files.Tree);
            string folder = $"/host/{thread}";
            Assert.Equal(Errno.None, files.CreateDirectory(folder, 0x1FF));
            for (int i = 0; i < 100; i++)
            {
                Write(files, $"{folder}/{i}", $"{thread}.{i}");
                Assert.Equal($"{thread}.{i}", Text(files, $"{folder}/{i}"));
                Assert.Equal(Errno.None, files.Rename($"{folder}/{i}", $"{folder}/last"));
            }

            Assert.Equal(["last"], Names(files, folder));
        });
    }

    [Fact]
    public void A_carrier_that_fails_is_an_error_of_the_call_alone()
    {
        Write(_files, "/host/a", "x");
        int fd = Open("/host/a", OpenFlags.ReadOnly);
        _server.CarrierFails = true;
        Assert.Equal(Errno.EIO, _files.Read(fd, new byte[1], out _));
        Assert.Equal(Errno.EIO, _files.Open("/host/a", OpenFlags.ReadOnly, 0, out _));
        Assert.Equal(Errno.EIO, _files.List("/host", out _));
        Assert.Contains(_log, line => line.Contains("the device is gone", StringComparison.Ordinal));
        _server.CarrierFails = false;
        Assert.Equal("x", Text(_files, "/host/a"));
    }

    [Theory]
    [InlineData("9P2000.u", 65536, "does not speak")]
    [InlineData("9P2000.L", 1000, "wants messages of 1000 bytes")]
    public void A_server_that_speaks_something_else_is_refused(string version, int bytes, string message)
    {
        FakeNinePServer server = new(_tmp) { Version = version, MostMessageBytes = bytes };
        IOException failure = Assert.Throws<IOException>(() => new NinePFileSystem(server, _log.Add));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Fids);
    }

    [Fact]
    public void A_server_that_refuses_its_root_is_refused()
    {
        FakeNinePServer server = new(_tmp) { Refused = { [MessageType.Attach] = Errno.EACCES } };
        Assert.Contains("Permission denied", Assert.Throws<IOException>(() => new NinePFileSystem(server, _log.Add)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_server_that_lies_is_an_error_and_nothing_else(int seed)
    {
        Random random = new(seed);
        Assert.Equal(Errno.None, _host.CreateDirectory("/host/folder", 0x1FF));
        Write(_host, "/host/folder/file", "contents");
        Assert.Equal(Errno.None, _host.SymbolicLink("folder/file", "/host/link"));
        int refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            FakeNinePServer server = new(_tmp);
            byte[] before = [];
            int left = random.Next(30);
            bool isBelievable = false;
            server.OnAnswer = (_, answer) =>
            {
                byte[] changed = left-- == 0 ? Mutate(answer, before, random) : answer;
                // A refusal that it gave before, where it did what was asked: that is believed.
                isBelievable |= changed != answer && changed is [_, _, _, _, (byte)MessageType.Error, ..] && changed.SequenceEqual(before);
                before = answer;
                return changed;
            };
            NinePFileSystem client;
            try
            {
                client = new NinePFileSystem(server, static _ => { });
            }
            catch (IOException)
            {
                refused++;
                Assert.Equal(0, server.Fids);
                continue;
            }

            FileContext files = Context(client);
            Errno error = files.Open("/host/link", OpenFlags.ReadWrite | OpenFlags.Append, 0, out int fd);
            if (error == Errno.None)
            {
                byte[] buffer = new byte[20];
                if (files.Read(fd, buffer, out int count) == Errno.None)
                    Assert.InRange(count, 0, buffer.Length);
                if (files.Write(fd, buffer, out count) == Errno.None)
                    Assert.InRange(count, 0, buffer.Length);
                if (files.Status(fd, out NodeStatus status) == Errno.None)
                    Assert.True(status.Size >= 0 && status.Links >= 0 && Enum.IsDefined(status.Kind));
                _ = files.Synchronize(fd);
                _ = files.Truncate(fd, 8);
                files.Close(fd);
            }

            if (files.List("/host/folder", out IReadOnlyList<DirectoryEntry> entries) == Errno.None)
                Assert.All(entries, e => Assert.False(e.Name is "" or "." or ".." || e.Name.Contains('/') || e.Name.Contains('\0')));
            if (files.Open("/host/folder/new", OpenFlags.WriteOnly | OpenFlags.Create, Everyone, out fd) == Errno.None)
                files.Close(fd);
            _ = files.Rename("/host/folder/new", "/host/other");
            _ = files.Unlink("/host/other");
            Assert.True(client.Space is { Free: >= 0 } space && space.Total >= space.Free);
            client.Dispose();
            Assert.True(isBelievable || server.Fids == 0);
        }

        Assert.InRange(refused, 10, 4000);
    }

    private static byte[] Mutate(byte[] answer, byte[] before, Random random)
    {
        byte[] changed = [.. answer];
        switch (random.Next(6))
        {
            case 0:
                return before;
            case 1:
                return changed[..random.Next(changed.Length)];
            case 2:
                return [.. changed, .. new byte[random.Next(1, 100)]];
            case 3:
                changed[random.Next(Math.Min(changed.Length, 11))] = (byte)random.Next(256);
                return changed;
            default:
                for (int n = random.Next(1, 6); n > 0; n--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                return changed;
        }
    }

    private void Reconnect(FakeNinePServer server)
    {
        _client.Dispose();
        _server = server;
        (_client, _files) = Connect(server);
    }

    private (NinePFileSystem Client, FileContext Files) Connect(FakeNinePServer server)
    {
        NinePFileSystem client = new(server, _log.Add);
        return (client, Context(client));
    }

    private static FileContext Context(NinePFileSystem client)
    {
        VirtualFileSystem tree = new();
        tree.Mount("/host", client);
        return new FileContext(tree);
    }

    private int Open(string path, OpenFlags flags)
    {
        Assert.Equal(Errno.None, _files.Open(path, flags, Everyone, out int fd));
        return fd;
    }

    private static IEnumerable<string> Names(FileContext files, string path)
    {
        Assert.Equal(Errno.None, files.List(path, out IReadOnlyList<DirectoryEntry> entries));
        return entries.Select(e => e.Name);
    }

    private static void Write(FileContext files, string path, string text)
    {
        Assert.Equal(Errno.None, files.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, Everyone, out int fd));
        Assert.Equal(Errno.None, files.Write(fd, Encoding.UTF8.GetBytes(text), out _));
        Assert.Equal(Errno.None, files.Close(fd));
    }

    private static string Text(FileContext files, string path)
    {
        Assert.Equal(Errno.None, files.Open(path, OpenFlags.ReadOnly, 0, out int fd));
        byte[] buffer = new byte[100];
        Assert.Equal(Errno.None, files.Read(fd, buffer, out int count));
        Assert.Equal(Errno.None, files.Close(fd));
        return Encoding.UTF8.GetString(buffer, 0, count);
    }
}
