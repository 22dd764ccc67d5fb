namespace MicroLake.Drivers.Block;

/// <summary>Types of requests (VIRTIO 1.2, 5.2.6).</summary>
internal enum BlockRequestType : uint
{
    Read = 0,
    Write = 1,
    Flush = 4,
    Discard = 11,
}
