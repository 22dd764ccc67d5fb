using MicroLake.Files;

namespace MicroLake.Storage;

/// <summary>
/// Reads everything that a file system holds, and holds it to its checksums and to itself: each name leads to an inode of its kind, each inode has
/// as many names as it says. Nothing is written.
/// </summary>
public sealed class DiskCheck
{
    private readonly DiskFileSystem _fileSystem;
    private readonly List<string> _problems;
    private readonly Dictionary<long, (string Path, int Links, int Found)> _inodes = [];

    private DiskCheck(DiskFileSystem fileSystem, List<string> problems)
    {
        _fileSystem = fileSystem;
        _problems = problems;
    }

    /// <summary>What is wrong, one line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public int Files { get; private set; }

    public int Directories { get; private set; }

    /// <summary>Bytes of data read.</summary>
    public long Bytes { get; private set; }

    /// <exception cref="DiskFormatException">The disk cannot be mounted.</exception>
    /// <exception cref="BlockDeviceException">The device failed while it was mounted.</exception>
    public static DiskCheck Run(BlockDevice device)
    {
        var problems = new List<string>();
        var check = new DiskCheck(DiskFileSystem.Mount(device, new DiskOptions { Log = problems.Add }), problems);
        check.Walk();
        return check;
    }

    private void Walk()
    {
        var folders = new Stack<DiskDirectory>();
        var root = (DiskDirectory)_fileSystem.Root;
        folders.Push(root);
        _inodes[root.Inode] = ("/", root.Links, 2);
        while (folders.TryPop(out DiskDirectory? folder))
        {
            Directories++;
            _ = folder.List(out IReadOnlyList<DirectoryEntry> entries);
            foreach (DirectoryEntry entry in entries)
                if (folder.Lookup(entry.Name, out Node? child) == Errno.None)
                    Visit((DiskNode)child!, folder, folders);
        }

        foreach ((long inode, (string path, int links, int found)) in _inodes)
            if (links != found)
                _problems.Add($"{path} has {found} links and says {links}");
        foreach (long inode in _fileSystem.Volume.Inodes.Numbers())
            if (!_inodes.ContainsKey(inode))
                _problems.Add($"inode {inode} has no name");
    }

    private void Visit(DiskNode node, DiskDirectory parent, Stack<DiskDirectory> folders)
    {
        bool isNew = !_inodes.TryGetValue(node.Inode, out (string Path, int Links, int Found) known);
        if (isNew)
            known = (node.Path, node.Links, node is DiskDirectory ? 1 : 0);
        _inodes[node.Inode] = known with { Found = known.Found + 1 };
        if (node is DiskDirectory folder)
        {
            (string path, int links, int found) = _inodes[parent.Inode];
            _inodes[parent.Inode] = (path, links, found + 1);
            if (isNew)
                folders.Push(folder);
            else
                _problems.Add($"{node.Path} has two names");
        }
        else if (isNew)
        {
            Files++;
            Read(node);
        }
    }

    /// <summary>Reads block by block, so that one that is damaged does not hide another. What is wrong is in the log.</summary>
    private void Read(DiskNode node)
    {
        if (node.Kind == NodeKind.SymbolicLink)
        {
            _ = node.ReadLink(out _);
            return;
        }

        byte[] block = new byte[DiskLayout.BlockBytes];
        for (long index = 0; TryFindData(node, ref index); index++)
        {
            _ = node.Read(index << DiskLayout.BlockShift, block, out int count);
            Bytes += count;
        }
    }

    /// <summary>Passes over holes, which may be longer than any disk.</summary>
    private bool TryFindData(DiskNode node, ref long index)
    {
        using (_fileSystem.Volume.Gate.Read())
        {
            try
            {
                return node.Tree.TryFindData(ref index);
            }
            catch (Exception error) when (_fileSystem.Volume.ErrorOf(error) != Errno.None)
            {
                return false;
            }
        }
    }
}
