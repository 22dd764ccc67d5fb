namespace MicroLake.Storage.Swap;

/// <summary>
/// The slots of a swap disk. The checksum of what each holds is in memory: a page that comes back is the one that went, or an error. Used by one thread at a time; nothing
/// is allocated but for errors.
/// </summary>
public sealed class SwapDisk
{
    /// <summary>
    /// The most pages of one request, 28 KiB: the driver copies so much into memory that it has. What is longer it leaves where it is, which takes new objects, and those the pager
    /// must not need.
    /// </summary>
    public const int MostPages = 7;

    private readonly BlockDevice _device;
    private readonly int _sectorsPerPage;
    private readonly uint[] _checksums;

    /// <exception cref="DiskFormatException">It is no swap disk, or cannot be used.</exception>
    /// <exception cref="BlockDeviceException">The device failed.</exception>
    public SwapDisk(BlockDevice device)
    {
        Pages = SwapFormat.ReadPages(device);
        _device = device;
        _sectorsPerPage = SwapFormat.PageBytes / device.SectorBytes;
        _checksums = new uint[Pages];
        device.Prepare(MostPages * SwapFormat.PageBytes);
    }

    public string Name => _device.Name;

    /// <summary>The page with the header included, which is no slot.</summary>
    public long Pages { get; }

    /// <exception cref="BlockDeviceException">The device failed.</exception>
    public void Write(long slot, ReadOnlySpan<byte> data)
    {
        for (int i = 0; i < data.Length / SwapFormat.PageBytes; i++)
            _checksums[slot + i] = Checksum.Of(data.Slice(i * SwapFormat.PageBytes, SwapFormat.PageBytes));
        _device.Write(slot * _sectorsPerPage, data);
    }

    /// <exception cref="BlockDeviceException">The device failed, or has brought something else than was written.</exception>
    public void Read(long slot, Span<byte> data)
    {
        _device.Read(slot * _sectorsPerPage, data);
        for (int i = 0; i < data.Length / SwapFormat.PageBytes; i++)
            if (_checksums[slot + i] != Checksum.Of(data.Slice(i * SwapFormat.PageBytes, SwapFormat.PageBytes)))
                throw new BlockDeviceException($"{_device.Name}: slot {slot + i} does not hold what was written there");
    }
}
