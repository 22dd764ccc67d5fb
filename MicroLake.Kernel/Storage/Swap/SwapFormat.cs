using System.Buffers.Binary;

namespace MicroLake.Storage.Swap;

/// <summary>
/// What makes a disk a swap disk: a header in its first page (<c>docs/disk-format.md</c>). The pages behind it are the slots; what is in them means nothing after the machine that
/// wrote it has stopped.
/// </summary>
public static class SwapFormat
{
    /// <summary>Bytes of a slot, and of the page with the header.</summary>
    public const int PageBytes = 4096;

    /// <summary>The smallest swap disk: 1 MiB.</summary>
    public const long MinPages = 256;

    /// <summary>The largest swap disk: 64 GiB.</summary>
    public const long MaxPages = 1 << 24;

    private const int HeaderBytes = 512;
    private const int ChecksumBytes = 4;
    private const uint FormatVersion = 1;

    /// <summary>How much of a disk is looked at for what it holds.</summary>
    private const int LookedAtBytes = 64 << 10;

    private static ReadOnlySpan<byte> Magic => "MLAKESWP"u8;

    /// <summary>Makes a swap disk; whatever the disk held is lost.</summary>
    /// <param name="force">Also where the disk holds something that is neither blank nor a swap disk. One with a file system of ours is refused in any case.</param>
    /// <exception cref="DiskFormatException">The disk cannot be one, or holds something.</exception>
    /// <exception cref="BlockDeviceException">The device failed.</exception>
    public static void Create(BlockDevice device, bool force = false)
    {
        long pages = PagesOf(device);
        if (device.IsReadOnly)
            throw new DiskFormatException($"{device.Name} is read-only: use a disk that can be written to");
        if (pages < MinPages)
            throw new DiskFormatException($"{device.Name} is too small: a swap disk has 1 MiB at least");
        if (DiskFormat.IsFormatted(device))
            throw new DiskFormatException($"{device.Name} holds a file system: use another disk");
        if (!force && !IsFormatted(device) && !IsBlank(device))
            throw new DiskFormatException($"{device.Name} holds something already: use another disk, or --force to lose it");
        byte[] page = new byte[PageBytes];
        Span<byte> header = page.AsSpan(0, HeaderBytes);
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], PageBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], Math.Min(pages, MaxPages));
        BinaryPrimitives.WriteUInt32LittleEndian(header[^ChecksumBytes..], Checksum.Of(header[..^(2 * ChecksumBytes)]));
        device.Write(0, page);
        device.Flush();
    }

    /// <summary>Whether a disk was made by <see cref="Create"/>; it may be damaged since.</summary>
    /// <exception cref="BlockDeviceException">The device failed.</exception>
    public static bool IsFormatted(BlockDevice device) => PagesOf(device) > 0 && ReadHeader(device).AsSpan().StartsWith(Magic);

    /// <summary>The pages of a swap disk that may be used, the one with the header included.</summary>
    /// <exception cref="DiskFormatException">It is none, or cannot be used.</exception>
    /// <exception cref="BlockDeviceException">The device failed.</exception>
    public static long ReadPages(BlockDevice device)
    {
        if (device.IsReadOnly)
            throw new DiskFormatException($"{device.Name} is read-only: use a disk that can be written to");
        if (!IsFormatted(device))
            throw new DiskFormatException($"{device.Name} is not formatted for swap: use swap format {device.Name}, which loses what it holds", isBlank: true);
        ReadOnlySpan<byte> header = ReadHeader(device).AsSpan(0, HeaderBytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[^ChecksumBytes..]) != Checksum.Of(header[..^(2 * ChecksumBytes)]))
            throw new DiskFormatException($"{device.Name}: the header is damaged: format the disk for swap again");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (version != FormatVersion || BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) != PageBytes)
            throw new DiskFormatException($"{device.Name} is a swap disk of another version ({version}): format it again");
        long pages = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        return pages is < MinPages or > MaxPages || pages > PagesOf(device)
            ? throw new DiskFormatException($"{device.Name} was formatted for {pages} pages and has {PagesOf(device)}: format it again")
            : pages;
    }

    private static long PagesOf(BlockDevice device) => device.SectorCount / (PageBytes / device.SectorBytes);

    private static byte[] ReadHeader(BlockDevice device)
    {
        byte[] page = new byte[PageBytes];
        device.Read(0, page);
        return page;
    }

    private static bool IsBlank(BlockDevice device)
    {
        byte[] start = new byte[LookedAtBytes];
        device.Read(0, start);
        return start.AsSpan().IndexOfAnyExcept((byte)0) < 0;
    }
}
