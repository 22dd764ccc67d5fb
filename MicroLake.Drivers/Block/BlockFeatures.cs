namespace MicroLake.Drivers.Block;

/// <summary>Feature bits of a block device that the driver can use (VIRTIO 1.2, 5.2.3).</summary>
[Flags]
internal enum BlockFeatures : ulong
{
    SegmentSize = 1 << 1,
    SegmentCount = 1 << 2,
    ReadOnly = 1 << 5,
    BlockSize = 1 << 6,
    Flush = 1 << 9,
    MultiQueue = 1 << 12,
    Discard = 1 << 13,
}
