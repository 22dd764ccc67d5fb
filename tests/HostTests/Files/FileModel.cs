using MicroLake.Files;
using Xunit;

namespace MicroLake.HostTests.Files;

/// <summary>
/// Random calls on files under a root and on a model of them that is as simple as can be: a dictionary from paths to bytes. Every result must agree.
/// </summary>
internal sealed class FileModel(FileContext files, string root)
{
    private static readonly string[] s_names = ["a", "b", "c"];

    private readonly SortedDictionary<string, byte[]?> _entries = new(StringComparer.Ordinal) { [root] = null };

    /// <summary>Where calls go; another context of the same files may take over between calls.</summary>
    public FileContext Files { get; set; } = files;

    /// <summary>The longest write, and how far into a file it may begin.</summary>
    public int MaxWrite { get; init; } = 5000;

    public int MaxOffset { get; init; } = 6000;

    /// <summary>Whether a call may fail with this error and change nothing, whatever the model says.</summary>
    public Func<Errno, bool> MayFail { get; set; } = static _ => false;

    /// <summary>Called after each change.</summary>
    public Action Changed { get; set; } = static () => { };

    /// <summary>Paths below the root with their content; null is a directory. Contents are never changed in their place.</summary>
    public IEnumerable<KeyValuePair<string, byte[]?>> Entries => _entries.Where(entry => entry.Key != root);

    /// <summary>One random call.</summary>
    public void Step(Random random)
    {
        string path = RandomPath(random);
        switch (random.Next(8))
        {
            case 0:
                if (Agree(ExpectCreate(path, out _), Files.CreateDirectory(path, 0x1FF)))
                    Put(path, null);
                break;
            case 1 or 2:
                Write(path, random);
                break;
            case 3:
                Read(path);
                break;
            case 4:
                if (Agree(ExpectUnlink(path), Files.Unlink(path)))
                    Take(path);
                break;
            case 5:
                if (Agree(ExpectRemoveDirectory(path), Files.RemoveDirectory(path)))
                    Take(path);
                break;
            case 6:
                Rename(path, RandomPath(random));
                break;
            default:
                Truncate(path, random.Next(MaxWrite + MaxOffset));
                break;
        }
    }

    /// <summary>Holds everything that is there to the model.</summary>
    public void Check()
    {
        Assert.Equal(Entries.Select(entry => entry.Key), Walk(root));
        foreach ((string path, byte[]? content) in Entries)
            if (content is not null)
                Read(path);
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        foreach ((string path, byte[]? content) in Entries.Reverse().ToArray())
        {
            Assert.Equal(Errno.None, content is null ? Files.RemoveDirectory(path) : Files.Unlink(path));
            Take(path);
        }
    }

    /// <summary>All paths below a folder, in order.</summary>
    public IEnumerable<string> Walk(string folder)
    {
        Assert.Equal(Errno.None, Files.OpenDirectory(folder, out DirectoryStream? stream));
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

    private void Write(string path, Random random)
    {
        bool isNew = ExpectOpen(path, creates: false) == Errno.ENOENT;
        byte[] data = new byte[random.Next(MaxWrite)];
        random.NextBytes(data);
        int offset = random.Next(MaxOffset);
        if (!Agree(ExpectOpen(path, creates: true), Files.Open(path, OpenFlags.ReadWrite | OpenFlags.Create, 0x1B6, out int fd)))
            return;
        if (isNew)
            Put(path, []);
        byte[] before = _entries[path]!;
        if (Agree(Errno.None, Files.WriteAt(fd, offset, data, out int count)))
        {
            if (!MayFail(Errno.ENOSPC))
                Assert.Equal(data.Length, count);
            byte[] after = new byte[count == 0 ? before.Length : Math.Max(before.Length, offset + count)];
            before.CopyTo(after, 0);
            data.AsSpan(0, count).CopyTo(after.AsSpan(count == 0 ? 0 : offset));
            Put(path, after);
        }
        Assert.Equal(Errno.None, Files.Close(fd));
    }

    private void Read(string path)
    {
        if (!Agree(ExpectOpen(path, creates: false), Files.Open(path, OpenFlags.ReadWrite, 0, out int fd)))
            return;
        byte[] wanted = _entries[path]!;
        byte[] buffer = new byte[wanted.Length + 10];
        if (Agree(Errno.None, Files.Read(fd, buffer, out int count)))
        {
            if (!MayFail(Errno.EIO))
                Assert.Equal(wanted.Length, count);
            Assert.True(buffer.AsSpan(0, count).SequenceEqual(wanted.AsSpan(0, count)), $"{path} has other bytes");
        }
        Assert.Equal(Errno.None, Files.Close(fd));
    }

    private void Truncate(string path, int length)
    {
        if (ExpectOpen(path, creates: false) != Errno.None || !Agree(Errno.None, Files.Open(path, OpenFlags.WriteOnly, 0, out int fd)))
            return;
        if (Agree(Errno.None, Files.Truncate(fd, length)))
        {
            byte[] content = _entries[path]!;
            Array.Resize(ref content, length);
            Put(path, content);
        }
        Assert.Equal(Errno.None, Files.Close(fd));
    }

    private void Rename(string from, string to)
    {
        if (!Agree(ExpectRename(from, to), Files.Rename(from, to)) || from == to)
            return;
        foreach ((string path, byte[]? content) in _entries.Where(entry => entry.Key == from || entry.Key.StartsWith(from + "/", StringComparison.Ordinal)).ToArray())
        {
            _entries.Remove(path);
            _entries[to + path[from.Length..]] = content;
        }
        Changed();
    }

    /// <summary>True: the call was expected to succeed, and did.</summary>
    private bool Agree(Errno expected, Errno actual)
    {
        if (actual != expected && MayFail(actual))
            return false;
        Assert.Equal(expected, actual);
        return actual == Errno.None;
    }

    private Errno ExpectRename(string from, string to)
    {
        Errno error = ExpectParent(from);
        if (error != Errno.None)
            return error;
        if (!_entries.ContainsKey(from))
            return Errno.ENOENT;
        error = ExpectParent(to);
        if (error != Errno.None)
            return error;
        if (from == to)
            return Errno.None;
        if (_entries.TryGetValue(to, out byte[]? target))
        {
            if (_entries[from] is null && target is not null)
                return Errno.ENOTDIR;
            if (_entries[from] is not null && target is null)
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
        return _entries.TryGetValue(path, out existing) ? Errno.EEXIST : Errno.None;
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
            if (!_entries.TryGetValue(string.Join('/', parts[..i]), out byte[]? content))
                return Errno.ENOENT;
            if (content is not null)
                return Errno.ENOTDIR;
        }
        return Errno.None;
    }

    private void Put(string path, byte[]? content)
    {
        _entries[path] = content;
        Changed();
    }

    private void Take(string path)
    {
        _entries.Remove(path);
        Changed();
    }

    private bool HasChildren(string path) => _entries.Keys.Any(key => key.StartsWith(path + "/", StringComparison.Ordinal));

    private string RandomPath(Random random) =>
        root + "/" + string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => s_names[random.Next(s_names.Length)]));
}
