namespace MicroLake.Files;

/// <summary>
/// The file calls of POSIX for one process: a tree, a descriptor table and a current directory. There are no users:
/// every caller may do what root may on Linux, so permission bits are kept and shown but refuse nothing but
/// execution. Safe for use by several threads.
/// </summary>
public sealed class FileContext(VirtualFileSystem tree, int descriptorLimit = DescriptorTable.DefaultLimit)
{
    private volatile string _currentDirectory = "/";

    public VirtualFileSystem Tree { get; } = tree;

    public DescriptorTable Descriptors { get; } = new(descriptorLimit);

    public string CurrentDirectory => _currentDirectory;

    public Errno Open(string path, OpenFlags flags, int mode, out int descriptor)
    {
        descriptor = -1;
        Errno error = OpenFile(path, flags, mode, out OpenFile? file);
        if (error != Errno.None)
            return error;
        error = Descriptors.Add(file!, out descriptor);
        if (error != Errno.None)
            file!.Release();
        return error;
    }

    public Errno Close(int descriptor) => Descriptors.Close(descriptor);

    public Errno Read(int descriptor, Span<byte> buffer, out int count)
    {
        count = 0;
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        return borrowed.File?.Read(buffer, out count) ?? Errno.EBADF;
    }

    public Errno ReadAt(int descriptor, long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        return borrowed.File?.ReadAt(offset, buffer, out count) ?? Errno.EBADF;
    }

    public Errno Write(int descriptor, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        return borrowed.File?.Write(data, out count) ?? Errno.EBADF;
    }

    public Errno WriteAt(int descriptor, long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        return borrowed.File?.WriteAt(offset, data, out count) ?? Errno.EBADF;
    }

    public Errno Seek(int descriptor, long offset, SeekFrom from, out long position)
    {
        position = 0;
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        return borrowed.File?.Seek(offset, from, out position) ?? Errno.EBADF;
    }

    public Errno Truncate(int descriptor, long length)
    {
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        return borrowed.File?.Truncate(length) ?? Errno.EBADF;
    }

    /// <summary>Makes sure that the file is at least so long, with room for it (posix_fallocate(3)).</summary>
    public Errno Allocate(int descriptor, long offset, long length)
    {
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        if (borrowed.File is not { } file)
            return Errno.EBADF;
        if (offset < 0 || length <= 0)
            return Errno.EINVAL;
        if (offset > long.MaxValue - length)
            return Errno.EFBIG;
        if (file.Node.Kind != NodeKind.File)
            return Errno.ENODEV;
        if (length > file.Node.FileSystem.Space.Free)
            return Errno.ENOSPC;
        Errno error = file.Node.GetStatus(out NodeStatus status);
        if (error != Errno.None)
            return error;
        return status.Size >= offset + length ? Errno.None : file.Truncate(offset + length);
    }

    /// <summary>What was written is where it outlives this system (fsync(2)).</summary>
    public Errno Synchronize(int descriptor)
    {
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        if (borrowed.File is not { } file)
            return Errno.EBADF;
        return file.Node.Kind == NodeKind.CharacterDevice ? Errno.EINVAL : file.Node.Synchronize();
    }

    public Errno Lock(int descriptor, bool exclusive, bool wait)
    {
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        return borrowed.File?.Lock(exclusive, wait) ?? Errno.EBADF;
    }

    public Errno Unlock(int descriptor)
    {
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        if (borrowed.File is null)
            return Errno.EBADF;
        borrowed.File.Unlock();
        return Errno.None;
    }

    public Errno Status(string path, bool followLast, out NodeStatus status)
    {
        status = default;
        Errno error = Walk(path, followLast, out WalkResult found, findLast: false);
        if (error != Errno.None)
            return error;
        if (found.Target is { } target)
            return target.Node.GetStatus(out status);
        error = found.Parent.Node.GetStatusOf(found.Name, out status);
        if (error != Errno.None || !(found.MustBeDirectory || (followLast && status.Kind == NodeKind.SymbolicLink)))
            return error;
        // A link, or a name with a slash behind it: the walk knows what to make of those.
        error = Find(path, followLast, out found);
        return error != Errno.None ? error : found.Target!.Value.Node.GetStatus(out status);
    }

    public Errno Status(int descriptor, out NodeStatus status)
    {
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        status = default;
        return borrowed.File?.Node.GetStatus(out status) ?? Errno.EBADF;
    }

    public Errno FindFileSystem(string path, out FileSystem? fileSystem)
    {
        Errno error = Find(path, true, out WalkResult found);
        fileSystem = error == Errno.None ? found.Target!.Value.Node.FileSystem : null;
        return error;
    }

    public Errno FindFileSystem(int descriptor, out FileSystem? fileSystem)
    {
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        fileSystem = borrowed.File?.Node.FileSystem;
        return fileSystem is null ? Errno.EBADF : Errno.None;
    }

    public Errno Access(string path, AccessMode mode)
    {
        Errno error = Find(path, true, out WalkResult found);
        if (error != Errno.None)
            return error;
        Node node = found.Target!.Value.Node;
        if ((mode & AccessMode.Write) != 0 && node.FileSystem.IsReadOnly && node.Kind != NodeKind.CharacterDevice)
            return Errno.EROFS;
        if ((mode & AccessMode.Execute) == 0 || node.Kind == NodeKind.Directory)
            return Errno.None;
        error = node.GetStatus(out NodeStatus status);
        if (error != Errno.None)
            return error;
        return (status.Mode & Modes.AnyExecute) != 0 ? Errno.None : Errno.EACCES;
    }

    public Errno OpenDirectory(string path, out DirectoryStream? stream)
    {
        Errno error = List(path, out IReadOnlyList<DirectoryEntry> entries);
        stream = error == Errno.None ? new DirectoryStream(entries) : null;
        return error;
    }

    /// <summary>The names of a directory in ordinal order.</summary>
    public Errno List(string path, out IReadOnlyList<DirectoryEntry> entries)
    {
        entries = [];
        Errno error = Find(path, true, out WalkResult found);
        return error != Errno.None ? error : PathWalk.List(found.Target!.Value, out entries);
    }

    public Errno CreateDirectory(string path, int mode)
    {
        Errno error = Walk(path, false, out WalkResult found);
        if (error != Errno.None)
            return error;
        return found.Target is not null ? Errno.EEXIST : found.Parent.Node.CreateDirectory(found.Name, mode & ~Modes.Umask);
    }

    public Errno RemoveDirectory(string path)
    {
        Errno error = Find(path, false, out WalkResult found);
        if (error != Errno.None)
            return error;
        return found switch
        {
            { IsMountPoint: true } => Errno.EBUSY,
            { Name: "." } => Errno.EINVAL,
            { Name: ".." } => Errno.ENOTEMPTY,
            _ => found.Parent.Node.RemoveDirectory(found.Name),
        };
    }

    public Errno Unlink(string path)
    {
        Errno error = Find(path, false, out WalkResult found);
        if (error != Errno.None)
            return error;
        return found.IsMountPoint || found.IsDots ? Errno.EISDIR : found.Parent.Node.Unlink(found.Name);
    }

    public Errno Rename(string oldPath, string newPath)
    {
        Errno error = Find(oldPath, false, out WalkResult from);
        if (error != Errno.None)
            return error;
        error = Walk(newPath, false, out WalkResult to);
        if (error != Errno.None)
            return error;
        if (from.IsDots || to.IsDots || from.IsMountPoint || to.IsMountPoint)
            return Errno.EBUSY;
        if (from.Parent.Node.FileSystem != to.Parent.Node.FileSystem)
            return Errno.EXDEV;
        if (to.MustBeDirectory && from.Target!.Value.Node.Kind != NodeKind.Directory)
            return Errno.ENOTDIR;
        return from.Parent.Node.Rename(from.Name, to.Parent.Node, to.Name);
    }

    public Errno Link(string existing, string newPath)
    {
        Errno error = Find(existing, false, out WalkResult from);
        if (error != Errno.None)
            return error;
        error = Walk(newPath, false, out WalkResult to);
        if (error != Errno.None)
            return error;
        if (to.Target is not null)
            return Errno.EEXIST;
        if (to.MustBeDirectory)
            return Errno.ENOENT;
        Node node = from.Target!.Value.Node;
        if (node.FileSystem != to.Parent.Node.FileSystem)
            return Errno.EXDEV;
        return node.Kind == NodeKind.Directory ? Errno.EPERM : to.Parent.Node.CreateLink(to.Name, node);
    }

    public Errno SymbolicLink(string target, string newPath)
    {
        Errno error = PathLimits.CheckPath(target);
        if (error != Errno.None)
            return error;
        error = Walk(newPath, false, out WalkResult to);
        if (error != Errno.None)
            return error;
        if (to.Target is not null)
            return Errno.EEXIST;
        return to.MustBeDirectory ? Errno.ENOENT : to.Parent.Node.CreateSymbolicLink(to.Name, target);
    }

    public Errno ReadLink(string path, out string target)
    {
        target = "";
        Errno error = Find(path, false, out WalkResult found);
        return error != Errno.None ? error : found.Target!.Value.Node.ReadLink(out target);
    }

    public Errno SetMode(string path, int mode)
    {
        Errno error = Find(path, true, out WalkResult found);
        return error != Errno.None ? error : found.Target!.Value.Node.SetMode(mode & Modes.Mask);
    }

    public Errno SetMode(int descriptor, int mode)
    {
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        return borrowed.File?.Node.SetMode(mode & Modes.Mask) ?? Errno.EBADF;
    }

    public Errno SetTimes(string path, bool followLast, long? access, long? modification)
    {
        Errno error = Find(path, followLast, out WalkResult found);
        return error != Errno.None ? error : found.Target!.Value.Node.SetTimes(access, modification);
    }

    public Errno SetTimes(int descriptor, long? access, long? modification)
    {
        using DescriptorTable.Borrowed borrowed = Descriptors.Borrow(descriptor);
        return borrowed.File?.Node.SetTimes(access, modification) ?? Errno.EBADF;
    }

    public Errno ChangeDirectory(string path)
    {
        Errno error = Find(path, true, out WalkResult found);
        if (error != Errno.None)
            return error;
        if (found.Target!.Value.Node.Kind != NodeKind.Directory)
            return Errno.ENOTDIR;
        _currentDirectory = found.FullPath;
        return Errno.None;
    }

    /// <summary>The absolute path without links and dots (realpath(3)).</summary>
    public Errno RealPath(string path, out string fullPath)
    {
        Errno error = Find(path, true, out WalkResult found);
        fullPath = error == Errno.None ? found.FullPath : "";
        return error;
    }

    /// <summary>Opens without a descriptor, for callers inside the kernel.</summary>
    internal Errno OpenFile(string path, OpenFlags flags, int mode, out OpenFile? file)
    {
        file = null;
        bool create = (flags & OpenFlags.Create) != 0;
        bool exclusive = create && (flags & OpenFlags.Exclusive) != 0;
        bool follow = (flags & OpenFlags.NoFollow) == 0 && !exclusive;
        while (true)
        {
            Errno error = Walk(path, follow, out WalkResult found);
            if (error != Errno.None)
                return error;
            if (found.Target is { } target)
            {
                if (exclusive)
                    return Errno.EEXIST;
                error = CheckOpen(target.Node, flags);
                if (error == Errno.None)
                    error = MicroLake.Files.OpenFile.Open(target.Node, flags, found.FullPath, out file);
                if (error != Errno.None)
                    return error;
                break;
            }
            if (!create)
                return Errno.ENOENT;
            if (found.MustBeDirectory)
                return Errno.EISDIR;
            error = found.Parent.Node.CreateFile(found.Name, mode & ~Modes.Umask & Modes.Mask, out Node? created);
            if (error == Errno.None)
                return MicroLake.Files.OpenFile.Open(created!, flags, found.FullPath, out file);
            // Another thread made it between the look-up and the creation: open that one, unless it must be new.
            if (error != Errno.EEXIST || exclusive)
                return error;
        }
        if ((flags & OpenFlags.Truncate) == 0 || file!.Node.Kind != NodeKind.File)
            return Errno.None;
        Errno truncated = file.Node.Truncate(0);
        if (truncated == Errno.None)
            return Errno.None;
        file.Release();
        file = null;
        return truncated;
    }

    private static Errno CheckOpen(Node node, OpenFlags flags)
    {
        bool write = (flags & OpenFlags.AccessMask) != OpenFlags.ReadOnly || (flags & OpenFlags.Truncate) != 0;
        switch (node.Kind)
        {
            case NodeKind.SymbolicLink:
                return Errno.ELOOP;
            case NodeKind.Directory when write || (flags & OpenFlags.Create) != 0:
                return Errno.EISDIR;
            case not NodeKind.Directory when (flags & OpenFlags.Directory) != 0:
                return Errno.ENOTDIR;
            case NodeKind.File when write && node.FileSystem.IsReadOnly:
                return Errno.EROFS;
            default:
                return Errno.None;
        }
    }

    private Errno Find(string path, bool followLast, out WalkResult found)
    {
        Errno error = Walk(path, followLast, out found);
        return error == Errno.None && found.Target is null ? Errno.ENOENT : error;
    }

    private Errno Walk(string path, bool followLast, out WalkResult found, bool findLast = true)
    {
        if (path.StartsWith('/'))
            return Tree.Walk(path, followLast, out found, findLast);
        found = default;
        Errno error = PathLimits.CheckPath(path);
        return error != Errno.None ? error : Tree.Walk(Absolute(path), followLast, out found, findLast);
    }

    private string Absolute(string path)
    {
        string current = _currentDirectory;
        return current == "/" ? "/" + path : current + "/" + path;
    }
}
