using System.Text;
using MicroLake.Abi;
using MicroLake.Files;
using MicroLake.Files.Remote;
using MicroLake.HostTests.Sdk;
using MicroLake.Sdk;
using Xunit;

namespace MicroLake.HostTests.Files.Remote;

/// <summary>Files of one side as the other sees them, over messages.</summary>
[Collection(nameof(ClosedHandles))]
public sealed class RemoteFileSystemTests : IDisposable
{
    private const int Everyone = 0x1B6;

    private readonly ClosedHandles _closed = new();
    private readonly TmpFileSystem _tmp = new(16 << 20);
    private readonly VirtualFileSystem _served = new();
    private readonly FileServer _server;
    private readonly DirectChannel _wire;
    private readonly FileContext _files;

    public RemoteFileSystemTests()
    {
        _served.Mount("/tmp", _tmp);
        _served.Mount("/boot", new FixedFileSystem(
            new Dictionary<string, Func<ReadOnlyMemory<byte>>> { ["README"] = static () => "read me"u8.ToArray() }));
        _server = new FileServer(_served, openFiles: 4);
        _files = Client(_server, out _wire);
    }

    public void Dispose()
    {
        _server.Dispose();
        _closed.Dispose();
    }

    [Fact]
    public void The_servers_mounts_are_the_clients()
    {
        Assert.Equal(["/boot", "/tmp"], _files.Tree.Mounts.Select(m => m.Path));
        Assert.Equal(["fixedfs", "tmpfs"], _files.Tree.Mounts.Select(m => m.FileSystem.TypeName));
        Assert.Equal(_tmp.Space, _files.Tree.Mounts[1].FileSystem.Space);
        Assert.Equal("read me", Text(_files, "/boot/README"));
        Assert.Equal(Errno.EROFS, _files.Open("/boot/README", OpenFlags.WriteOnly, 0, out _));
        Assert.Equal(Errno.EXDEV, _files.Rename("/boot/README", "/tmp/README"));
        Assert.Equal(Errno.ENOENT, _files.Status("/tmp/none", true, out _));
        Assert.Equal(Errno.ENOTDIR, _files.Status("/boot/README/x", true, out _));
    }

    [Fact]
    public void Long_files_and_long_listings_take_several_calls()
    {
        byte[] bytes = new byte[200_000];
        Random.Shared.NextBytes(bytes);
        int fd = Open("/tmp/long", OpenFlags.ReadWrite | OpenFlags.Create);
        Assert.Equal(Errno.None, _files.Write(fd, bytes, out int count));
        Assert.Equal(bytes.Length, count);
        byte[] back = new byte[300_000];
        Assert.Equal(Errno.None, _files.ReadAt(fd, 0, back, out count));
        Assert.Equal(bytes, back[..count]);
        Assert.Equal(Errno.None, _files.Seek(fd, -5, SeekFrom.End, out long position));
        Assert.Equal(199_995, position);
        _files.Close(fd);

        string name = new('n', 200);
        for (int i = 0; i < 700; i++)
            Assert.Equal(Errno.None, _files.CreateDirectory($"/tmp/{name}{i:000}", 0));
        Assert.Equal(Errno.None, _files.List("/tmp", out IReadOnlyList<DirectoryEntry> entries));
        Assert.Equal(["long", .. Enumerable.Range(0, 700).Select(i => $"{name}{i:000}")], entries.Select(e => e.Name));
    }

    [Fact]
    public void Open_files_outlive_their_names_and_append_at_the_end()
    {
        int first = Open("/tmp/log", OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append);
        int second = Open("/tmp/log", OpenFlags.ReadWrite);
        Assert.Equal(Errno.None, _files.Write(second, "0123456789"u8, out _));
        Assert.Equal(Errno.None, _files.Write(first, "ab"u8, out _));
        Assert.Equal(Errno.None, _files.Unlink("/tmp/log"));
        Assert.Equal(Errno.ENOENT, _files.Status("/tmp/log", true, out _));
        Assert.Equal(Errno.None, _files.Status(second, out NodeStatus status));
        Assert.Equal((12, 0), (status.Size, status.Links));
        _files.Close(first);
        _files.Close(second);
        Assert.Equal(0, _server.OpenFiles);
        Assert.Equal(_tmp.Space.Total, _tmp.Space.Free);
    }

    [Fact]
    public void Links_modes_and_times_travel()
    {
        Write(_files, "/tmp/a", "text");
        Assert.Equal(Errno.None, _files.SymbolicLink("a", "/tmp/link"));
        Assert.Equal(Errno.None, _files.ReadLink("/tmp/link", out string target));
        Assert.Equal("a", target);
        Assert.Equal("text", Text(_files, "/tmp/link"));
        Assert.Equal(Errno.None, _files.Link("/tmp/a", "/tmp/b"));
        Assert.Equal(Errno.None, _files.SetMode("/tmp/a", 0x180));
        Assert.Equal(Errno.None, _files.SetTimes("/tmp/a", true, null, 42));
        Assert.Equal(Errno.None, _files.Status("/tmp/b", true, out NodeStatus status));
        Assert.Equal((0x180, 42, 2), (status.Mode, status.Times.Modification, status.Links));
        Assert.NotEqual(42, status.Times.Access);
    }

    [Fact]
    public void Locks_hold_between_clients()
    {
        using FileServer other = new(_served, openFiles: 4);
        FileContext files = Client(other, out _);
        int mine = Open("/tmp/lock", OpenFlags.ReadWrite | OpenFlags.Create);
        Assert.Equal(Errno.None, files.Open("/tmp/lock", OpenFlags.ReadOnly, 0, out int theirs));
        Assert.Equal(Errno.None, _files.Lock(mine, exclusive: true, wait: false));
        Assert.Equal(Errno.EAGAIN, files.Lock(theirs, exclusive: false, wait: false));
        Assert.Equal(Errno.None, _files.Unlock(mine));
        Assert.Equal(Errno.None, files.Lock(theirs, exclusive: true, wait: false));
        // A client that goes away leaves no lock behind.
        other.Dispose();
        Assert.Equal(Errno.None, _files.Lock(mine, exclusive: true, wait: false));
    }

    [Fact]
    public void Another_clients_numbers_mean_nothing()
    {
        Write(_files, "/tmp/secret", "secret");
        Open("/tmp/secret", OpenFlags.ReadWrite);
        using FileServer other = new(_served, openFiles: 4);
        IFileService guess = new FileServiceClient(new DirectChannel(other.Dispatcher, FileContract.SharedBytes));
        foreach (int number in (int[])[-1, 0, 1, 2, 3, int.MaxValue, int.MinValue])
        {
            Assert.Equal(Answer.Of(Errno.EBADF), guess.Read(number, 0, 10));
            Assert.Equal(-(int)Errno.EBADF, guess.Write(number, 0, [1]));
            Assert.Equal(-(int)Errno.EBADF, guess.Truncate(number, 0));
            Assert.Equal(-(int)Errno.EBADF, guess.Close(number));
        }

        Assert.Equal("secret", Text(_files, "/tmp/secret"));
    }

    [Fact]
    public void A_client_has_so_many_open_files_and_leaves_none()
    {
        for (int i = 0; i < 4; i++)
            Open("/tmp/many", OpenFlags.ReadWrite | OpenFlags.Create);
        Assert.Equal(Errno.EMFILE, _files.Open("/tmp/many", OpenFlags.ReadWrite, 0, out _));
        Assert.Equal(Errno.None, _files.Unlink("/tmp/many"));
        Assert.NotEqual(_tmp.Space.Total, _tmp.Space.Free);
        _server.Dispose();
        Assert.Equal(_tmp.Space.Total, _tmp.Space.Free);
    }

    [Fact]
    public void A_server_that_is_gone_is_EIO_at_once_and_for_good()
    {
        int fd = Open("/tmp/a", OpenFlags.ReadWrite | OpenFlags.Create);
        _wire.Status = Status.PeerClosed;
        Assert.Equal(Errno.EIO, _files.Write(fd, "x"u8, out _));
        _wire.Status = Status.Ok;
        Assert.Equal(Errno.EIO, _files.Status(fd, out _));
        Assert.Equal(Errno.EIO, _files.Open("/tmp/a", OpenFlags.ReadOnly, 0, out _));
        Assert.Equal(Errno.EIO, _files.CreateDirectory("/tmp/b", 0));
        Assert.Equal(Errno.EIO, _files.List("/tmp", out _));
        Assert.Equal(Errno.None, _files.Close(fd));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_server_that_lies_is_an_error_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        Write(_files, "/tmp/file", "contents");
        Assert.Equal(Errno.None, _files.CreateDirectory("/tmp/folder", 0x1FF));
        for (int i = 0; i < 3000; i++)
        {
            using FileServer server = new(_served, openFiles: 4);
            FileContext files = Client(server, out DirectChannel wire);
            int left = random.Next(6);
            wire.OnAnswer = answer =>
            {
                if (left-- != 0)
                    return;
                if (random.Next(4) == 0)
                    answer.Message[random.Next(Message.WordCount)] = (ulong)random.NextInt64(-5, random.Next(2) == 0 ? 200 : long.MaxValue);
                Span<byte> target = random.Next(2) == 0 ? answer.Message.Bytes : answer.Payload.AsSpan(0, 200);
                for (int n = random.Next(1, 6); n > 0; n--)
                    target[random.Next(target.Length)] = (byte)random.Next(256);
            };
            if (files.Open("/tmp/file", OpenFlags.ReadWrite | OpenFlags.Append, 0, out int fd) == Errno.None)
            {
                byte[] buffer = new byte[20];
                if (files.Read(fd, buffer, out int count) == Errno.None)
                    Assert.InRange(count, 0, buffer.Length);
                if (files.Write(fd, buffer, out count) == Errno.None)
                    Assert.InRange(count, 0, buffer.Length);
                if (files.Status(fd, out NodeStatus status) == Errno.None)
                    Assert.True(status.Size >= 0 && Enum.IsDefined(status.Kind));
                files.Close(fd);
            }

            if (files.List("/tmp", out IReadOnlyList<DirectoryEntry> entries) == Errno.None)
                Assert.All(entries, e => Assert.False(e.Name is "" or "." or ".." || e.Name.Contains('/')));
            _ = files.ReadLink("/tmp/file", out _);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_messages_of_a_client_end_in_an_answer(int seed)
    {
        var random = new Random(seed);
        ulong label = 0;
        _wire.OnCall = wire => label = wire.Message.Label;
        Write(_files, "/tmp/a", "a");
        byte[] payload = new byte[FileContract.SharedBytes];
        int accepted = 0;
        for (int i = 0; i < 60_000; i++)
        {
            Message message = default;
            message.Label = (label & ~0xfffful) | (uint)random.Next(28);
            random.NextBytes(message.Bytes);
            for (int at = 0; at < 64; at++)
                if (random.Next(3) != 0)
                    message.Bytes[at] = (byte)random.Next(3);
            random.NextBytes(payload.AsSpan(0, 40));
            string path = random.Next(3) switch { 0 => "/tmp/a", 1 => "/tmp", _ => "/tmp/b" };
            if (random.Next(4) != 0)
            {
                message[0] = (ulong)(4 + path.Length + random.Next(3) * 4);
                BitConverter.TryWriteBytes(payload, path.Length);
                Encoding.UTF8.GetBytes(path, payload.AsSpan(4));
                payload.AsSpan(4 + path.Length, 8).Clear();
            }

            _server.Dispatcher.Dispatch(ref message, payload);
            Assert.True(message.Label <= (ulong)ReplyCode.Failed);
            Assert.NotEqual((ulong)ReplyCode.Failed, message.Label);
            if (message.Label == 0)
                accepted++;
        }

        Assert.InRange(accepted, 1000, 59_000);
        Assert.InRange(_server.OpenFiles, 0, 4);
    }

    private static FileContext Client(FileServer server, out DirectChannel wire)
    {
        VirtualFileSystem tree = new();
        foreach ((string path, FileSystem fileSystem) in RemoteFiles.Connect(server, out wire).Mounts())
            tree.Mount(path, fileSystem);
        return new FileContext(tree);
    }

    private int Open(string path, OpenFlags flags)
    {
        Assert.Equal(Errno.None, _files.Open(path, flags, Everyone, out int fd));
        return fd;
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
