using MicroLake.Files;
using MicroLake.Files.NineP;
using MicroLake.Files.Remote;
using MicroLake.HostTests.Files.NineP;
using MicroLake.HostTests.Files.Remote;
using Xunit;

namespace MicroLake.HostTests.Files;

/// <summary>The memory file system behaves as the model does, directly, over messages and over 9P.</summary>
public sealed class TmpFileSystemModelTests
{
    private readonly TmpFileSystem _fileSystem = new(4 << 20);
    private readonly VirtualFileSystem _tree = new();

    public TmpFileSystemModelTests() => _tree.Mount("/t", _fileSystem);

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_calls_over_messages_agree_with_the_model(int seed)
    {
        using FileServer server = new(_tree, openFiles: 8);
        VirtualFileSystem tree = new();
        foreach ((string path, FileSystem fileSystem) in RemoteFiles.Connect(server, out _).Mounts())
            tree.Mount(path, fileSystem);
        Run(seed, tree);
        Assert.Equal(0, server.OpenFiles);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void Random_calls_over_9p_agree_with_the_model(int seed)
    {
        FakeNinePServer server = new(_fileSystem);
        using (NinePFileSystem client = new(server, Assert.Fail))
        {
            VirtualFileSystem tree = new();
            tree.Mount("/t", client);
            Run(seed, tree, client.Client.ClunkParked);
        }

        Assert.Equal(0, server.Fids);
        Assert.Empty(server.Violations);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_calls_agree_with_the_model(int seed) => Run(seed, _tree);

    /// <param name="settle">Called when everything is removed, before the room that is left is compared.</param>
    private void Run(int seed, VirtualFileSystem tree, Action? settle = null)
    {
        Random random = new(seed);
        FileModel model = new(new FileContext(tree), "/t");
        long empty = _fileSystem.Space.Free;
        for (int step = 0; step < 20_000; step++)
        {
            model.Step(random);
            if (step % 500 == 0)
                Assert.Equal(model.Entries.Select(entry => entry.Key), model.Walk("/t"));
        }
        model.Clear();
        settle?.Invoke();
        Assert.Equal(empty, _fileSystem.Space.Free);
    }
}
