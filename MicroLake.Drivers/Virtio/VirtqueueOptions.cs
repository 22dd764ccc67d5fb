namespace MicroLake.Drivers.Virtio;

/// <summary>How a queue is made.</summary>
public sealed class VirtqueueOptions
{
    public required DeviceHost Host { get; init; }

    /// <summary>The device, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The queue's number at the device.</summary>
    public required int Index { get; init; }

    /// <summary>Descriptors of the ring; a power of two for split rings.</summary>
    public required int Size { get; init; }

    /// <summary>The most pieces of a request that take one descriptor of the ring; 1 or less: the device takes no indirect tables.</summary>
    public required int IndirectSegments { get; init; }

    /// <summary>Whether both sides say which event they want to hear of next.</summary>
    public required bool HasEventIndex { get; init; }

    /// <summary>Tells the device of new requests.</summary>
    public required Action Notify { get; init; }
}
