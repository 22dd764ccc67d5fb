using System.Buffers.Binary;

namespace MicroLake.Storage;

/// <summary>
/// Where a block is and what its content must sum up to. As each block's checksum stands in the block that points to it, a block that was never
/// written, or written to the wrong place, is found like one that has decayed. Block 0 holds a superblock, so no pointer leads there: it is a hole.
/// </summary>
internal readonly struct BlockPointer(uint block, uint checksum)
{
    public const int Bytes = 8;

    public uint Block { get; } = block;

    public uint Checksum { get; } = checksum;

    public bool IsHole => Block == 0;

    public static BlockPointer Read(ReadOnlySpan<byte> data, int slot = 0)
    {
        ReadOnlySpan<byte> bytes = data.Slice(slot * Bytes, Bytes);
        return new BlockPointer(BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
    }

    public void Write(Span<byte> data, int slot = 0)
    {
        Span<byte> bytes = data.Slice(slot * Bytes, Bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Block);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Checksum);
    }
}
