using MicroLake.Files;
using MicroLake.Storage;
using MicroLake.Tool.Host;

namespace MicroLake.Tool.Workspace;

/// <summary>The files of a disk image.</summary>
internal static class DiskFiles
{
    private const string MountPath = "/data";
    private const int ChunkBytes = 1 << 20;

    /// <exception cref="DiskFormatException">The image holds no usable file system.</exception>
    public static FileContext Mount(DiskFile disk, out DiskFileSystem fileSystem)
    {
        fileSystem = DiskFileSystem.Mount(disk, new DiskOptions { MountPath = MountPath, Log = Terminal.Error });
        VirtualFileSystem tree = new();
        tree.Mount(MountPath, fileSystem);
        return new FileContext(tree);
    }

    /// <summary>A path as the guest has it: below <c>/data</c>, whether the user wrote that or not.</summary>
    public static string PathOf(string path)
    {
        path = "/" + path.TrimStart('/');
        return path == MountPath || path.StartsWith(MountPath + "/", StringComparison.Ordinal) ? path : (MountPath + path).TrimEnd('/');
    }

    public static void Check(Errno error, string path)
    {
        if (error != Errno.None)
            throw new ToolException($"{path}: {ErrnoText.Describe(error)}");
    }

    public static void Get(FileContext files, string path, Stream output)
    {
        path = PathOf(path);
        Check(files.Open(path, OpenFlags.ReadOnly, 0, out int file), path);
        byte[] chunk = new byte[ChunkBytes];
        while (true)
        {
            Check(files.Read(file, chunk, out int count), path);
            if (count == 0)
                return;
            output.Write(chunk, 0, count);
        }
    }

    /// <summary>Writes a file beside its target and renames it, so that a failure leaves the target as it was.</summary>
    public static void Put(FileContext files, Stream input, string path)
    {
        path = PathOf(path);
        for (int slash = path.IndexOf('/', MountPath.Length + 1); slash >= 0; slash = path.IndexOf('/', slash + 1))
            if (files.CreateDirectory(path[..slash], Modes.Directory) is var error and not (Errno.None or Errno.EEXIST))
                Check(error, path[..slash]);
        string partial = path + ".part";
        Check(files.Open(partial, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, Modes.Device, out int file), path);
        try
        {
            Write(files, file, input, path);
            Check(files.Close(file), path);
            Check(files.Rename(partial, path), path);
        }
        catch
        {
            _ = files.Unlink(partial);
            throw;
        }
    }

    private static void Write(FileContext files, int file, Stream input, string path)
    {
        byte[] chunk = new byte[ChunkBytes];
        while (input.Read(chunk) is var length and > 0)
            for (int done = 0; done < length;)
            {
                Check(files.Write(file, chunk.AsSpan(done, length - done), out int count), path);
                done += count;
            }
    }
}
