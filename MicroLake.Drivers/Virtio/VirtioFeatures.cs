namespace MicroLake.Drivers.Virtio;

/// <summary>Feature bits that belong to no device type (VIRTIO 1.2, chapter 6).</summary>
[Flags]
public enum VirtioFeatures : ulong
{
    None = 0,

    /// <summary>A descriptor may name a table of descriptors (VIRTIO_F_INDIRECT_DESC).</summary>
    IndirectDescriptors = 1ul << 28,

    /// <summary>Each side says which event it wants to hear of next (VIRTIO_F_EVENT_IDX).</summary>
    EventIndex = 1ul << 29,

    /// <summary>The device is not one from before the standard (VIRTIO_F_VERSION_1).</summary>
    Version1 = 1ul << 32,

    /// <summary>The device's view of memory is limited or translated (VIRTIO_F_ACCESS_PLATFORM).</summary>
    AccessPlatform = 1ul << 33,

    /// <summary>Packed virtqueues (VIRTIO_F_RING_PACKED).</summary>
    PackedRing = 1ul << 34,
}
