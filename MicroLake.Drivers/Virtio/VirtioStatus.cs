namespace MicroLake.Drivers.Virtio;

/// <summary>The device status field (VIRTIO 1.2, 2.1).</summary>
[Flags]
public enum VirtioStatus : byte
{
    None = 0,

    /// <summary>The driver has found the device.</summary>
    Acknowledge = 1,

    /// <summary>The driver knows how to drive it.</summary>
    Driver = 2,

    /// <summary>The driver is ready.</summary>
    DriverOk = 4,

    /// <summary>Both sides are of one mind about the features.</summary>
    FeaturesOk = 8,

    /// <summary>The device has an error that it cannot recover from.</summary>
    NeedsReset = 64,

    /// <summary>The driver has given the device up.</summary>
    Failed = 128,
}
