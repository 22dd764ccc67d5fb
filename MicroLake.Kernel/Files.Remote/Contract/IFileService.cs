using MicroLake.Sdk;

namespace MicroLake.Files.Remote;

/// <summary>
/// The files of one side for the other. Paths are absolute in the server's tree, and links in their last name are not followed. A number as an
/// answer is a result, or an error (<see cref="Errno"/>) with a minus sign; bytes as an answer begin with the error, and are made by <see cref="Answer"/>.
/// Files that are open have numbers of this client alone.
/// </summary>
[Contract("microlake.files", 1)]
internal interface IFileService
{
    /// <summary>What is mounted where.</summary>
    [return: MaxLength(FileContract.MostMountBytes)]
    byte[] Mounts();

    [return: MaxLength(FileContract.StatusBytes)]
    byte[] Status([MaxLength(PathLimits.PathBytes)] string path);

    /// <summary>Room in the file system of a path.</summary>
    [return: MaxLength(FileContract.SpaceBytes)]
    byte[] Space([MaxLength(PathLimits.PathBytes)] string path);

    /// <summary>Names of a directory that come after one in ordinal order, as many as an answer holds; "" is before the first.</summary>
    [return: MaxLength(FileContract.MostListBytes)]
    byte[] List([MaxLength(PathLimits.PathBytes)] string path, [MaxLength(PathLimits.NameBytes)] string after);

    [return: MaxLength(1 + PathLimits.PathBytes)]
    byte[] ReadLink([MaxLength(PathLimits.PathBytes)] string path);

    /// <summary>Makes a file that is not there yet.</summary>
    int CreateFile([MaxLength(PathLimits.PathBytes)] string path, int mode);

    int CreateDirectory([MaxLength(PathLimits.PathBytes)] string path, int mode);

    int CreateSymbolicLink([MaxLength(PathLimits.PathBytes)] string path, [MaxLength(PathLimits.PathBytes)] string target);

    int CreateLink([MaxLength(PathLimits.PathBytes)] string path, [MaxLength(PathLimits.PathBytes)] string existing);

    int Unlink([MaxLength(PathLimits.PathBytes)] string path);

    int RemoveDirectory([MaxLength(PathLimits.PathBytes)] string path);

    int Rename([MaxLength(PathLimits.PathBytes)] string path, [MaxLength(PathLimits.PathBytes)] string newPath);

    int SetMode([MaxLength(PathLimits.PathBytes)] string path, int mode);

    /// <summary>Nanoseconds since 1970; <see cref="FileContract.SameTime"/> leaves one as it is.</summary>
    int SetTimes([MaxLength(PathLimits.PathBytes)] string path, long access, long modification);

    /// <summary>Opens what is there; the answer is its number.</summary>
    int Open([MaxLength(PathLimits.PathBytes)] string path, OpenFlags flags);

    int Close(int file);

    [return: MaxLength(FileContract.StatusBytes)]
    byte[] StatusOf(int file);

    [return: MaxLength(1 + FileContract.MostDataBytes)]
    byte[] Read(int file, long offset, int count);

    /// <summary>The answer is how many bytes were written.</summary>
    int Write(int file, long offset, [MaxLength(FileContract.MostDataBytes)] ReadOnlySpan<byte> data);

    /// <summary>Writes at the end of a file that was opened for that; the answer holds how many bytes, and the position after them.</summary>
    [return: MaxLength(FileContract.AppendBytes)]
    byte[] Append(int file, [MaxLength(FileContract.MostDataBytes)] ReadOnlySpan<byte> data);

    int Truncate(int file, long length);

    int SetModeOf(int file, int mode);

    int SetTimesOf(int file, long access, long modification);

    /// <summary>Takes or changes the whole-file lock; EAGAIN when another open file has it.</summary>
    int Lock(int file, bool exclusive);

    int Unlock(int file);

    /// <summary>What was written is where it outlives the system (fsync(2)).</summary>
    int Synchronize(int file);
}
