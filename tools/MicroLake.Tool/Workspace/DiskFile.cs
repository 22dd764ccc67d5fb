using MicroLake.Storage;

namespace MicroLake.Tool.Workspace;

/// <summary>A raw disk image on the host, as the kernel sees a disk.</summary>
public sealed class DiskFile : BlockDevice, IDisposable
{
    private readonly FileStream _file;

    /// <summary>While this is open nobody else may have the image open for writing: QEMU locks it in the same way.</summary>
    private DiskFile(string path, FileMode mode, bool write, long bytes = 0)
    {
        try
        {
            _file = new FileStream(path, mode, write ? FileAccess.ReadWrite : FileAccess.Read, write ? FileShare.None : FileShare.Read);
            if (bytes > 0)
                _file.SetLength(bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"{path}: {error.Message}");
        }

        IsReadOnly = !write;
        SectorCount = _file.Length / SectorBytes;
    }

    public override string Name => _file.Name;

    public override int SectorBytes => 512;

    public override long SectorCount { get; }

    public override bool IsReadOnly { get; }

    public override bool CanDiscard => false;

    /// <exception cref="ToolException">There is no such file, or it cannot be opened.</exception>
    public static DiskFile Open(string path, bool write)
    {
        if (!File.Exists(path))
            throw new ToolException($"{path}: there is no such file; make one with: ./build.sh disk create {path}");
        if (path.EndsWith(".qcow2", StringComparison.OrdinalIgnoreCase))
            throw new ToolException($"{path}: only raw images can be looked into; convert it with: qemu-img convert -O raw");
        return new DiskFile(path, FileMode.Open, write);
    }

    /// <summary>Makes an image of zeros.</summary>
    /// <exception cref="ToolException">There is a file of that name, or it cannot be made.</exception>
    public static DiskFile Create(string path, long bytes)
    {
        if (File.Exists(path))
            throw new ToolException($"{path} is there already: remove it first, or choose another name");
        return new DiskFile(path, FileMode.CreateNew, write: true, bytes);
    }

    public override void Read(long sector, Span<byte> data)
    {
        try
        {
            for (int done = 0; done < data.Length;)
            {
                int count = RandomAccess.Read(_file.SafeFileHandle, data[done..], (sector * SectorBytes) + done);
                if (count == 0)
                    throw new BlockDeviceException($"{Name} ends before sector {sector + (data.Length / SectorBytes)}");
                done += count;
            }
        }
        catch (IOException error) when (error is not BlockDeviceException)
        {
            throw Failed(error);
        }
    }

    public override void Write(long sector, ReadOnlySpan<byte> data)
    {
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, data, sector * SectorBytes);
        }
        catch (IOException error)
        {
            throw Failed(error);
        }
    }

    public override void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
        }
        catch (IOException error)
        {
            throw Failed(error);
        }
    }

    public override void Discard(long sector, long count)
    {
    }

    public void Dispose() => _file.Dispose();

    private BlockDeviceException Failed(IOException error) => new($"{Name}: {error.Message}");
}
