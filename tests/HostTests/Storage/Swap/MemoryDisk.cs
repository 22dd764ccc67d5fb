using MicroLake.Storage;

namespace MicroLake.HostTests.Storage.Swap;

/// <summary>A disk in memory whose requests fail where a test says so.</summary>
internal sealed class MemoryDisk(long bytes) : BlockDevice
{
    public byte[] Image { get; } = new byte[bytes];

    /// <summary>Says which requests fail: by kind, first page and pages.</summary>
    public Func<char, long, long, bool> Fails { get; set; } = static (_, _, _) => false;

    public bool ReadOnly { get; init; }

    public override string Name => "disk0";

    public override int SectorBytes => 512;

    public override long SectorCount => Image.Length / SectorBytes;

    public override bool IsReadOnly => ReadOnly;

    public override bool CanDiscard => false;

    public override void Read(long sector, Span<byte> data)
    {
        Check('r', sector, data.Length);
        Image.AsSpan((int)sector * SectorBytes, data.Length).CopyTo(data);
    }

    public override void Write(long sector, ReadOnlySpan<byte> data)
    {
        Check('w', sector, data.Length);
        data.CopyTo(Image.AsSpan((int)sector * SectorBytes, data.Length));
    }

    public override void Flush()
    {
    }

    public override void Discard(long sector, long count)
    {
    }

    private void Check(char kind, long sector, int length)
    {
        if (Fails(kind, sector / 8, Math.Max(1, length / 4096)))
            throw new BlockDeviceException($"{Name}: {kind} of sector {sector} failed");
    }
}
