using System.Buffers.Binary;

namespace MicroLake.Storage;

/// <summary>
/// The start of everything: the root of the inode table and the generation of this state. It stands in the first and in the last block of the disk;
/// the one with the higher generation counts. Only the first 512 bytes are used, so that a power cut leaves each old or new, whatever the sector size.
/// </summary>
internal sealed class Superblock
{
    public const int Bytes = 512;

    /// <summary>The most blocks that one names as <see cref="Fresh"/>.</summary>
    public const int MostFresh = (Bytes - FreshAt - ChecksumBytes) / BlockPointer.Bytes;

    private const uint FormatVersion = 2;

    /// <summary>Its superblocks have no list, and zeros where that is now.</summary>
    private const uint FormatVersionWithoutList = 1;

    private const int ChecksumBytes = 8;
    private const int FreshCountAt = 64;
    private const int FreshAt = 72;

    private static ReadOnlySpan<byte> Magic => "MLAKEDSK"u8;

    public required Guid Id { get; init; }

    public required long BlockCount { get; init; }

    /// <summary>One more with each state that was made durable.</summary>
    public ulong Generation { get; set; }

    public BlockPointer TableRoot { get; set; }

    public int TableHeight { get; set; }

    /// <summary>Blocks of the inode table.</summary>
    public long TableBlocks { get; set; }

    /// <summary>
    /// Blocks that were written together with this, and may not have reached the disk though it has: it counts only if they all hold what they should.
    /// Empty: they were there before it was written.
    /// </summary>
    public IReadOnlyList<BlockPointer> Fresh { get; set; } = [];

    /// <summary>Reads a copy; null where there is none, or a damaged one.</summary>
    /// <param name="data">A block of the disk.</param>
    /// <param name="deviceBlocks">Blocks that the device has.</param>
    /// <param name="isOurs">Whether it looks like a superblock, even if it is damaged.</param>
    /// <exception cref="DiskFormatException">It is whole, but of a format that this version does not know, or of a longer disk.</exception>
    public static Superblock? TryRead(ReadOnlySpan<byte> data, long deviceBlocks, out bool isOurs)
    {
        data = data[..Bytes];
        isOurs = data.StartsWith(Magic);
        if (!isOurs || BinaryPrimitives.ReadUInt32LittleEndian(data[^ChecksumBytes..]) != Checksum.Of(data[..^ChecksumBytes]))
            return null;
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(data[8..]);
        if (version is < FormatVersionWithoutList or > FormatVersion)
            throw new DiskFormatException($"the disk has format version {version}, not {FormatVersion}: use a MicroLake that knows it");
        uint fresh = BinaryPrimitives.ReadUInt32LittleEndian(data[FreshCountAt..]);
        if (fresh > MostFresh)
            return null;
        var block = new Superblock
        {
            TableHeight = BinaryPrimitives.ReadInt32LittleEndian(data[12..]),
            BlockCount = BinaryPrimitives.ReadInt64LittleEndian(data[16..]),
            Generation = BinaryPrimitives.ReadUInt64LittleEndian(data[24..]),
            TableRoot = BlockPointer.Read(data[32..]),
            TableBlocks = BinaryPrimitives.ReadInt64LittleEndian(data[40..]),
            Id = new Guid(data[48..64]),
            Fresh = ReadList(data[FreshAt..], (int)fresh),
        };
        if (block.BlockCount > deviceBlocks)
            throw new DiskFormatException(
                $"the disk has been cut short: it was formatted with {block.BlockCount} blocks of {DiskLayout.BlockBytes} bytes and has {deviceBlocks}: "
                + "give it its former size again");
        return block.IsUsable ? block : null;
    }

    public void Write(Span<byte> block)
    {
        block.Clear();
        Span<byte> data = block[..Bytes];
        Magic.CopyTo(data);
        BinaryPrimitives.WriteUInt32LittleEndian(data[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(data[12..], TableHeight);
        BinaryPrimitives.WriteInt64LittleEndian(data[16..], BlockCount);
        BinaryPrimitives.WriteUInt64LittleEndian(data[24..], Generation);
        TableRoot.Write(data[32..]);
        BinaryPrimitives.WriteInt64LittleEndian(data[40..], TableBlocks);
        _ = Id.TryWriteBytes(data[48..]);
        BinaryPrimitives.WriteUInt32LittleEndian(data[FreshCountAt..], (uint)Fresh.Count);
        for (int i = 0; i < Fresh.Count; i++)
            Fresh[i].Write(data[FreshAt..], i);
        BinaryPrimitives.WriteUInt32LittleEndian(data[^ChecksumBytes..], Checksum.Of(data[..^ChecksumBytes]));
    }

    private static BlockPointer[] ReadList(ReadOnlySpan<byte> data, int count)
    {
        var list = new BlockPointer[count];
        for (int i = 0; i < count; i++)
            list[i] = BlockPointer.Read(data, i);
        return list;
    }

    private bool IsUsable =>
        BlockCount is >= DiskLayout.MinBlocks and <= DiskLayout.MaxBlocks && TableHeight is >= 0 and <= DiskLayout.MaxHeight
        && TableBlocks >= 1 && TableBlocks <= BlockCount && TableBlocks <= 1L << (TableHeight * DiskLayout.PointerShift)
        && TableBlocks << DiskLayout.InodeShift <= DiskLayout.MaxInodes + 1;
}
