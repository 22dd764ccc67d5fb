using MicroLake.Files;
using MicroLake.Files.NineP;
using MicroLake.Files.Remote;
using MicroLake.HostTests.Files.NineP;
using MicroLake.HostTests.Files.Remote;
using Xunit;

namespace MicroLake.HostTests.Files;

/// <summary>
/// Random calls on the memory file system and on a model of it that is as simple as can be: a dictionary from paths
/// to bytes. Every result, and now and then the whole tree, must agree.
/// </summary>
public sealed class TmpFileSystemModelTests
{
    private static readonly string[] s_names = ["a", "b", "c"];

    private readonly SortedDictionary<string, byte[]?> _model = new(StringComparer.Ordinal) { ["/t"] = null };
    private readonly TmpFileSystem _fileSystem = new(4 << 20);
    private FileContext _files;

    public TmpFileSystemModelTests()
    {
        VirtualFileSystem tree = new();
        tree.Mount("/t", _fileSystem);
        _files = new FileContext(tree);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_calls_over_messages_agree_with_the_model(int seed)
    {
        using FileServer server = new(_files.Tree, openFiles: 8);
        VirtualFileSystem tree = new();
        foreach ((string path, FileSystem fileSystem) in RemoteFiles.Connect(server, out _).Mounts())
            tree.Mount(path, fileSystem);
        _files = new FileContext(tree);
        Run(seed);
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
            _files = new FileContext(tree);
            Run(seed, client.Client.ClunkParked);
        }

        Assert.Equal(0, server.Fids);
        Assert.Empty(server.Violations);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_calls_agree_with_the_model(int seed) => Run(seed);

    /// <param name="settle">Called when everything is removed, before the room that is left is compared.</param>
    private void Run(int seed, Action? settle = null)
    {
        Random random = new(seed);
        long empty = _fileSystem.Space.Free;
        for (int step = 0; step < 20_000; step++)
        {
            Step(random);
            if (step % 500 == 0)
                Assert.Equal(_model.Where(entry => entry.Key != "/t").Select(entry => entry.Key), Walk("/t"));
        }
        foreach (string path in Walk("/t").Reverse())
            Assert.Equal(Errno.None, IsDirectory(path) ? _files.RemoveDirectory(path) : _files.Unlink(path));
        settle?.Invoke();
        Assert.Equal(empty, _fileSystem.Space.Free);
    }

    private void Step(Random random)
    {
        string path = RandomPath(random);
        switch (random.Next(8))
        {
            case 0:
                Assert.Equal(ExpectCreate(path, out _) is var expected and not Errno.None ? expected : Put(path, null), _files.CreateDirectory(path, 0x1FF));
                break;
            case 1 or 2:
                Write(path, random);
                break;
            case 3:
                Read(path);
                break;
            case 4:
                Assert.Equal(Take(path, ExpectUnlink(path)), _files.Unlink(path));
                break;
            case 5:
                Assert.Equal(Take(path, ExpectRemoveDirectory(path)), _files.RemoveDirectory(path));
                break;
            case 6:
                Rename(path, RandomPath(random));
                break;
            default:
                Truncate(path, random.Next(10_000));
                break;
        }
    }

    private void Write(string path, Random random)
    {
        Errno expected = ExpectOpen(path, creates: true);
        Errno actual = _files.Open(path, OpenFlags.ReadWrite | OpenFlags.Create, 0x1B6, out int fd);
        Assert.Equal(expected, actual);
        if (actual != Errno.None)
            return;
        byte[] before = _model.GetValueOrDefault(path) ?? [];
        byte[] data = new byte[random.Next(5000)];
        random.NextBytes(data);
        int offset = random.Next(6000);
        Assert.Equal(Errno.None, _files.WriteAt(fd, offset, data, out int count));
        Assert.Equal(data.Length, count);
        byte[] after = new byte[data.Length == 0 ? before.Length : Math.Max(before.Length, offset + data.Length)];
        before.CopyTo(after, 0);
        data.CopyTo(after, data.Length == 0 ? 0 : offset);
        _model[path] = after;
        Assert.Equal(Errno.None, _files.Close(fd));
    }

    private void Read(string path)
    {
        Errno expected = ExpectOpen(path, creates: false);
        Errno actual = _files.Open(path, OpenFlags.ReadWrite, 0, out int fd);
        Assert.Equal(expected, actual);
        if (actual != Errno.None)
            return;
        byte[] wanted = _model[path]!;
        byte[] buffer = new byte[wanted.Length + 10];
        Assert.Equal(Errno.None, _files.Read(fd, buffer, out int count));
        Assert.Equal(wanted, buffer[..count]);
        Assert.Equal(Errno.None, _files.Close(fd));
    }

    private void Truncate(string path, int length)
    {
        if (ExpectOpen(path, creates: false) != Errno.None)
            return;
        Assert.Equal(Errno.None, _files.Open(path, OpenFlags.WriteOnly, 0, out int fd));
        Assert.Equal(Errno.None, _files.Truncate(fd, length));
        byte[] content = _model[path]!;
        Array.Resize(ref content, length);
        _model[path] = content;
        Assert.Equal(Errno.None, _files.Close(fd));
    }

    private void Rename(string from, string to)
    {
        Errno expected = ExpectRename(from, to);
        Assert.Equal(expected, _files.Rename(from, to));
        if (expected != Errno.None || from == to)
            return;
        foreach ((string path, byte[]? content) in _model.Where(entry => entry.Key == from || entry.Key.StartsWith(from + "/", StringComparison.Ordinal)).ToArray())
        {
            _model.Remove(path);
            _model[to + path[from.Length..]] = content;
        }
    }

    private Errno ExpectRename(string from, string to)
    {
        Errno error = ExpectParent(from);
        if (error != Errno.None)
            return error;
        if (!_model.ContainsKey(from))
            return Errno.ENOENT;
        error = ExpectParent(to);
        if (error != Errno.None)
            return error;
        if (from == to)
            return Errno.None;
        if (_model.TryGetValue(to, out byte[]? target))
        {
            if (IsModelDirectory(from) && target is not null)
                return Errno.ENOTDIR;
            if (!IsModelDirectory(from) && target is null)
                return Errno.EISDIR;
            if (target is null && HasChildren(to))
                return Errno.ENOTEMPTY;
        }
        return to.StartsWith(from + "/", StringComparison.Ordinal) ? Errno.EINVAL : Errno.None;
    }

    private Errno ExpectCreate(string path, out byte[]? existing)
    {
        existing = null;
        Errno error = ExpectParent(path);
        if (error != Errno.None)
            return error;
        return _model.TryGetValue(path, out existing) ? Errno.EEXIST : Errno.None;
    }

    private Errno ExpectOpen(string path, bool creates) => ExpectCreate(path, out byte[]? existing) switch
    {
        Errno.EEXIST => existing is null ? Errno.EISDIR : Errno.None,
        Errno.None => creates ? Errno.None : Errno.ENOENT,
        var error => error,
    };

    private Errno ExpectUnlink(string path) => ExpectCreate(path, out byte[]? existing) switch
    {
        Errno.EEXIST => existing is null ? Errno.EISDIR : Errno.None,
        Errno.None => Errno.ENOENT,
        var error => error,
    };

    private Errno ExpectRemoveDirectory(string path) => ExpectCreate(path, out byte[]? existing) switch
    {
        Errno.EEXIST => existing is not null ? Errno.ENOTDIR : HasChildren(path) ? Errno.ENOTEMPTY : Errno.None,
        Errno.None => Errno.ENOENT,
        var error => error,
    };

    /// <summary>The error of the first component that is missing or no directory.</summary>
    private Errno ExpectParent(string path)
    {
        string[] parts = path.Split('/');
        for (int i = 3; i < parts.Length; i++)
        {
            if (!_model.TryGetValue(string.Join('/', parts[..i]), out byte[]? content))
                return Errno.ENOENT;
            if (content is not null)
                return Errno.ENOTDIR;
        }
        return Errno.None;
    }

    private Errno Put(string path, byte[]? content)
    {
        _model[path] = content;
        return Errno.None;
    }

    private Errno Take(string path, Errno expected)
    {
        if (expected == Errno.None)
            _model.Remove(path);
        return expected;
    }

    private bool IsModelDirectory(string path) => _model[path] is null;

    private bool HasChildren(string path) => _model.Keys.Any(key => key.StartsWith(path + "/", StringComparison.Ordinal));

    private static string RandomPath(Random random) =>
        "/t/" + string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => s_names[random.Next(s_names.Length)]));

    private bool IsDirectory(string path)
    {
        Assert.Equal(Errno.None, _files.Status(path, false, out NodeStatus status));
        return status.Kind == NodeKind.Directory;
    }

    private IEnumerable<string> Walk(string folder)
    {
        Assert.Equal(Errno.None, _files.OpenDirectory(folder, out DirectoryStream? stream));
        List<string> found = [];
        while (stream!.TryRead(out DirectoryEntry entry))
        {
            if (entry.Name is "." or "..")
                continue;
            string path = folder + "/" + entry.Name;
            found.Add(path);
            if (entry.Kind == NodeKind.Directory)
                found.AddRange(Walk(path));
        }
        return found.Order(StringComparer.Ordinal);
    }
}
