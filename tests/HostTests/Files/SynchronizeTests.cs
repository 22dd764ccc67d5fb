using MicroLake.Files;
using MicroLake.Files.Remote;
using MicroLake.HostTests.Files.Remote;
using MicroLake.HostTests.Sdk;
using Xunit;

namespace MicroLake.HostTests.Files;

/// <summary>fsync(2) reaches the file system of the file, and what it says comes back, over messages too.</summary>
[Collection(nameof(ClosedHandles))]
public sealed class SynchronizeTests : IDisposable
{
    private readonly ClosedHandles _closed = new();
    private readonly CountingFileSystem _counting = new();

    public void Dispose() => _closed.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_file_system_says_comes_back(bool overMessages)
    {
        VirtualFileSystem tree = new();
        tree.Mount("/data", _counting);
        using FileServer server = new(tree, openFiles: 4);
        if (overMessages)
        {
            tree = new VirtualFileSystem();
            foreach ((string path, FileSystem fileSystem) in RemoteFiles.Connect(server, out _).Mounts())
                tree.Mount(path, fileSystem);
        }

        FileContext files = new(tree);
        Assert.Equal(Errno.None, files.Open("/data/file", OpenFlags.ReadOnly, 0, out int fd));
        Assert.Equal(Errno.None, files.Synchronize(fd));
        _counting.Answer = Errno.ENOSPC;
        Assert.Equal(Errno.ENOSPC, files.Synchronize(fd));
        Assert.Equal(2, _counting.Count);
        files.Descriptors.CloseAll();
    }

    [Fact]
    public void Each_write_of_a_file_that_is_opened_for_that_is_made_durable()
    {
        VirtualFileSystem tree = new();
        tree.Mount("/data", _counting);
        FileContext files = new(tree);
        Assert.Equal(Errno.None, files.Open("/data/file", OpenFlags.WriteOnly, 0, out int plain));
        Assert.Equal(Errno.None, files.Write(plain, "x"u8, out _));
        Assert.Equal(0, _counting.Count);
        Assert.Equal(Errno.None, files.Open("/data/file", OpenFlags.WriteOnly | OpenFlags.Synchronous, 0, out int durable));
        Assert.Equal(Errno.None, files.Write(durable, "x"u8, out _));
        Assert.Equal(Errno.None, files.WriteAt(durable, 5, "x"u8, out _));
        Assert.Equal(2, _counting.Count);
        _counting.Answer = Errno.EIO;
        Assert.Equal(Errno.EIO, files.Write(durable, "x"u8, out _));
    }

    /// <summary>A directory in which every name is a file.</summary>
    private sealed class CountingFileSystem : FileSystem
    {
        public CountingFileSystem() => Root = new Entry(this, NodeKind.Directory);

        public Errno Answer { get; set; }

        public int Count { get; set; }

        public override string TypeName => "countingfs";

        public override uint Magic => 1;

        public override bool IsReadOnly => false;

        public override Node Root { get; }

        public override FileSystemSpace Space => default;
    }

    private sealed class Entry(CountingFileSystem owner, NodeKind kind) : Node(owner)
    {
        public override NodeKind Kind => kind;

        public override NodeStatus Status => new(kind, 0, 0, 1, 1, owner.Device, default);

        public override Errno Lookup(string name, out Node? child)
        {
            child = new Entry(owner, NodeKind.File);
            return Errno.None;
        }

        public override Errno Write(long offset, ReadOnlySpan<byte> data, out int count)
        {
            count = data.Length;
            return Errno.None;
        }

        public override Errno Synchronize()
        {
            owner.Count++;
            return owner.Answer;
        }
    }
}
