namespace MicroLake.Drivers.Virtio;

/// <summary>Offsets in the common configuration structure (VIRTIO 1.2, 4.1.4.3), under the specification's names.</summary>
public static class CommonRegister
{
    public const int DeviceFeatureSelect = 0;
    public const int DeviceFeature = 4;
    public const int DriverFeatureSelect = 8;
    public const int DriverFeature = 12;
    public const int ConfigMsixVector = 16;
    public const int NumQueues = 18;
    public const int DeviceStatus = 20;
    public const int ConfigGeneration = 21;
    public const int QueueSelect = 22;
    public const int QueueSize = 24;
    public const int QueueMsixVector = 26;
    public const int QueueEnable = 28;
    public const int QueueNotifyOff = 30;
    public const int QueueDesc = 32;
    public const int QueueDriver = 40;
    public const int QueueDevice = 48;

    /// <summary>Bytes that every device of the standard has.</summary>
    public const int Length = 56;

    /// <summary>No entry of the table of interrupts (VIRTIO_MSI_NO_VECTOR).</summary>
    public const ushort NoVector = 0xffff;
}
