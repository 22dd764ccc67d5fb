namespace MicroLake.Storage;

/// <summary>The numbers of the on-disk format; <c>docs/disk-format.md</c> describes it.</summary>
public static class DiskLayout
{
    /// <summary>What is allocated, checksummed and written at once.</summary>
    public const int BlockBytes = 4096;

    /// <summary>The smallest disk that can be formatted: 1 MiB.</summary>
    public const long MinBlocks = 256;

    /// <summary>Block numbers have 32 bits: 16 TiB.</summary>
    public const long MaxBlocks = uint.MaxValue;

    /// <summary>The longest file: what the greatest tree holds, 256 TiB, sparse.</summary>
    public const long MaxFileBytes = 1L << (BlockShift + (MaxHeight * PointerShift));

    internal const int BlockShift = 12;

    /// <summary>A pointer block holds 512 pointers of 8 bytes.</summary>
    internal const int PointerShift = 9;

    internal const int PointersPerBlock = 1 << PointerShift;

    /// <summary>Levels of pointer blocks between an inode and its data.</summary>
    internal const int MaxHeight = 4;

    internal const int InodeShift = 6;

    internal const int InodeBytes = BlockBytes >> InodeShift;

    internal const int InodesPerBlock = 1 << InodeShift;

    internal const uint RootInode = 1;

    /// <summary>Inode numbers have 32 bits in directories.</summary>
    internal const long MaxInodes = uint.MaxValue;

    /// <summary>
    /// Blocks that nothing may grow into: a change writes new blocks before it gives the old ones back, so without them a full disk could not even
    /// be emptied.
    /// </summary>
    internal const int ReservedBlocks = 32;

    internal static long BlocksFor(long bytes) => (bytes + BlockBytes - 1) >> BlockShift;
}
