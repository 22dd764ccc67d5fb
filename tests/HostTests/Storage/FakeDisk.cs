using MicroLake.Storage;

namespace MicroLake.HostTests.Storage;

/// <summary>A disk in memory that can lose its power, fail, and tells what was asked of it.</summary>
internal sealed class FakeDisk(byte[] image) : BlockDevice
{
    private const int Sector = 512;

    /// <summary>All contents that each sector had since the last flush, the durable one first.</summary>
    private readonly Dictionary<long, List<byte[]>> _unflushed = [];

    /// <summary>What reads give.</summary>
    public byte[] Image { get; } = image;

    /// <summary>Writes and flushes that are still done before the power goes.</summary>
    public long PowerLeft { get; set; } = long.MaxValue;

    /// <summary>Writes and flushes so far.</summary>
    public long Requests { get; private set; }

    public int Flushes { get; private set; }

    public int Reads { get; private set; }

    public List<(long Sector, long Count)> Discards { get; } = [];

    /// <summary>Says which requests fail: by kind and first sector.</summary>
    public Func<char, long, bool> Fails { get; set; } = static (_, _) => false;

    public bool ReadOnly { get; init; }

    public override string Name => "disk0";

    public override int SectorBytes => Sector;

    public override long SectorCount => Image.Length / Sector;

    public override bool IsReadOnly => ReadOnly;

    public override bool CanDiscard => true;

    /// <summary>A formatted disk.</summary>
    public static FakeDisk Formatted(int bytes)
    {
        var disk = new FakeDisk(new byte[bytes]);
        DiskFormat.Create(disk);
        return disk;
    }

    public override void Read(long sector, Span<byte> data)
    {
        Reads++;
        Check('r', sector, data.Length);
        Image.AsSpan((int)sector * Sector, data.Length).CopyTo(data);
    }

    public override void Write(long sector, ReadOnlySpan<byte> data)
    {
        Spend();
        Check('w', sector, data.Length);
        for (int at = 0; at < data.Length; at += Sector)
            Put(sector + (at / Sector), data.Slice(at, Sector).ToArray());
    }

    public override void Flush()
    {
        Spend();
        Flushes++;
        Check('f', 0, 0);
        _unflushed.Clear();
    }

    public override void Discard(long sector, long count)
    {
        Check('d', sector, 0);
        Discards.Add((sector, count));
        // What reads there now is open: here it is something that nobody has written.
        byte[] nothing = new byte[Sector];
        nothing.AsSpan().Fill(0xDD);
        for (long i = 0; i < count; i++)
            Put(sector + i, nothing);
    }

    /// <summary>The power goes and comes back: each sector that was written since the last flush holds any of what it held since then.</summary>
    public void CutPower(Random random)
    {
        // All kept, all lost, or each sector as it comes.
        int kind = random.Next(4);
        foreach ((long sector, List<byte[]> versions) in _unflushed)
            versions[kind switch { 0 => 0, 1 => versions.Count - 1, _ => random.Next(versions.Count) }].CopyTo(At(sector));
        _unflushed.Clear();
        PowerLeft = long.MaxValue;
    }

    private Span<byte> At(long sector) => Image.AsSpan((int)sector * Sector, Sector);

    private void Put(long sector, byte[] data)
    {
        if (!_unflushed.TryGetValue(sector, out List<byte[]>? versions))
            _unflushed[sector] = versions = [At(sector).ToArray()];
        data.CopyTo(At(sector));
        versions.Add(data);
    }

    private void Spend()
    {
        Requests++;
        if (PowerLeft-- <= 0)
            throw new PowerCutException();
    }

    private void Check(char kind, long sector, int bytes)
    {
        if (bytes % Sector != 0 || sector < 0 || (sector * Sector) + bytes > Image.Length)
            throw new ArgumentOutOfRangeException(nameof(sector), $"request for sector {sector}, {bytes} bytes");
        if (Fails(kind, sector))
            throw new BlockDeviceException($"disk0: a request of kind {kind} for sector {sector} failed");
    }
}

/// <summary>The machine is off: nothing that runs on it sees this.</summary>
internal sealed class PowerCutException : Exception;
