namespace MicroLake.Drivers;

/// <summary>
/// Memory that both the driver and a device work on. What one side wrote is the other's to see only after <see cref="Publish"/> or
/// <see cref="Fetch"/>: on a machine whose devices see its caches these are mere ordering, and tests copy.
/// </summary>
public abstract class DmaMemory : IDisposable
{
    /// <summary>Where the device finds it.</summary>
    public abstract ulong DeviceAddress { get; }

    public abstract int Length { get; }

    /// <summary>The driver's view.</summary>
    public abstract Span<byte> Bytes { get; }

    /// <summary>Everything written to the range before this is seen by a device that sees anything written after it.</summary>
    public abstract void Publish(int offset, int length);

    /// <summary>What is read from the range after this is at least as new as what was read before it.</summary>
    public abstract void Fetch(int offset, int length);

    /// <summary>Gives the memory back. The device must not use it any more.</summary>
    public abstract void Dispose();
}
