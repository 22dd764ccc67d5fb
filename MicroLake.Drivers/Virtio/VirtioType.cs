namespace MicroLake.Drivers.Virtio;

/// <summary>Device types (VIRTIO 1.2, chapter 5).</summary>
public enum VirtioType
{
    Network = 1,
    Block = 2,
    Console = 3,
    Entropy = 4,
    Balloon = 5,
    Scsi = 8,
    NineP = 9,
    Gpu = 16,
    Input = 18,
    Socket = 19,
    FileSystem = 26,
}
