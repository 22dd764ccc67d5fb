using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers;

/// <summary>A driver that has a device.</summary>
public interface IDriver : IDisposable
{
    VirtioDevice Device { get; }

    /// <summary>What it is, in words.</summary>
    string Kind { get; }

    /// <summary>Features of the device type that are in use, under the specification's names without VIRTIO_..._F_, separated by spaces.</summary>
    string FeatureNames { get; }

    /// <summary>How it is, in words.</summary>
    string State { get; }
}
