using MicroLake.Sdk;

namespace MicroLake.Files.Remote;

/// <summary>
/// Serves a tree to one client, whose open files are its own: a number that another client has means nothing here. The tree holds what the client
/// may see, and no devices, which could keep it waiting.
/// </summary>
internal sealed class FileServer : IFileService, IDisposable
{
    private readonly FileContext _files;

    /// <param name="openFiles">The most files that the client may have open.</param>
    public FileServer(VirtualFileSystem tree, int openFiles)
    {
        _files = new FileContext(tree, openFiles);
        Dispatcher = new FileServiceServer(this);
    }

    /// <summary>What takes the client's messages.</summary>
    public IDispatcher Dispatcher { get; }

    /// <summary>Files that the client has open.</summary>
    public int OpenFiles => _files.Descriptors.Count;

    /// <summary>Closes what the client left open.</summary>
    public void Dispose() => _files.Descriptors.CloseAll();

    byte[] IFileService.Mounts()
    {
        byte[] answer = new byte[FileContract.MostMountBytes];
        MessageWriter writer = new(answer);
        writer.Write((byte)Errno.None);
        int end = writer.Length;
        foreach ((string path, FileSystem fileSystem) in _files.Tree.Mounts)
        {
            writer.WriteString(path, PathLimits.PathBytes);
            writer.WriteString(fileSystem.TypeName, PathLimits.NameBytes);
            writer.Write(fileSystem.Magic);
            writer.Write(fileSystem.IsReadOnly);
            if (!writer.Fits)
                break;
            end = writer.Length;
        }

        return answer[..end];
    }

    byte[] IFileService.Status(string path)
    {
        Errno error = _files.Status(path, followLast: false, out NodeStatus status);
        return Answer.OfStatus(error, status);
    }

    byte[] IFileService.Space(string path)
    {
        Errno error = _files.FindFileSystem(path, out FileSystem? fileSystem);
        return Answer.OfSpace(error, fileSystem?.Space ?? default);
    }

    byte[] IFileService.List(string path, string after)
    {
        Errno error = _files.List(path, out IReadOnlyList<DirectoryEntry> entries);
        return error == Errno.None ? Listing.Write(entries, after) : Answer.Of(error);
    }

    byte[] IFileService.ReadLink(string path)
    {
        Errno error = _files.ReadLink(path, out string target);
        return Answer.OfText(error, target);
    }

    int IFileService.CreateFile(string path, int mode)
    {
        Errno error = _files.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, mode, out int file);
        return error == Errno.None ? Number(_files.Close(file)) : Number(error);
    }

    int IFileService.CreateDirectory(string path, int mode) => Number(_files.CreateDirectory(path, mode & Modes.Mask));

    int IFileService.CreateSymbolicLink(string path, string target) => Number(_files.SymbolicLink(target, path));

    int IFileService.CreateLink(string path, string existing) => Number(_files.Link(existing, path));

    int IFileService.Unlink(string path) => Number(_files.Unlink(path));

    int IFileService.RemoveDirectory(string path) => Number(_files.RemoveDirectory(path));

    int IFileService.Rename(string path, string newPath) => Number(_files.Rename(path, newPath));

    int IFileService.SetMode(string path, int mode) => Number(_files.SetMode(path, mode));

    int IFileService.SetTimes(string path, long access, long modification) =>
        Number(_files.SetTimes(path, followLast: false, Time(access), Time(modification)));

    int IFileService.Open(string path, OpenFlags flags)
    {
        const OpenFlags usable = OpenFlags.AccessMask | OpenFlags.Append;
        Errno error = _files.Open(path, (flags & usable) | OpenFlags.NoFollow, 0, out int file);
        return error == Errno.None ? file : Number(error);
    }

    int IFileService.Close(int file) => Number(_files.Close(file));

    byte[] IFileService.StatusOf(int file)
    {
        Errno error = _files.Status(file, out NodeStatus status);
        return Answer.OfStatus(error, status);
    }

    byte[] IFileService.Read(int file, long offset, int count)
    {
        if (count is < 0 or > FileContract.MostDataBytes)
            return Answer.Of(Errno.EINVAL);
        byte[] answer = GC.AllocateUninitializedArray<byte>(1 + count);
        answer[0] = (byte)Errno.None;
        Errno error = _files.ReadAt(file, offset, answer.AsSpan(1), out int done);
        if (error != Errno.None)
            return Answer.Of(error);
        return done == count ? answer : answer[..(1 + done)];
    }

    int IFileService.Write(int file, long offset, ReadOnlySpan<byte> data)
    {
        Errno error = _files.WriteAt(file, offset, data, out int count);
        return error == Errno.None ? count : Number(error);
    }

    byte[] IFileService.Append(int file, ReadOnlySpan<byte> data)
    {
        // Nobody else uses this client's open file, so its position is where this write ended.
        Errno error = _files.Write(file, data, out int count);
        long position = 0;
        if (error == Errno.None)
            error = _files.Seek(file, 0, SeekFrom.Current, out position);
        return Answer.OfAppend(error, count, position);
    }

    int IFileService.Truncate(int file, long length) => Number(_files.Truncate(file, length));

    int IFileService.SetModeOf(int file, int mode) => Number(_files.SetMode(file, mode));

    int IFileService.SetTimesOf(int file, long access, long modification) => Number(_files.SetTimes(file, Time(access), Time(modification)));

    int IFileService.Lock(int file, bool exclusive) => Number(_files.Lock(file, exclusive, wait: false));

    int IFileService.Unlock(int file) => Number(_files.Unlock(file));

    int IFileService.Synchronize(int file) => Number(_files.Synchronize(file));

    private static int Number(Errno error) => -(int)error;

    private static long? Time(long nanoseconds) => nanoseconds == FileContract.SameTime ? null : nanoseconds;
}
