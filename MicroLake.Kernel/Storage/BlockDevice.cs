namespace MicroLake.Storage;

/// <summary>
/// A disk of equal sectors. Calls block until the device has done them; calls of several threads are in flight together and in no order among
/// themselves. What was written is durable once a later <see cref="Flush"/> has returned, and may or may not be so before.
/// </summary>
public abstract class BlockDevice
{
    /// <summary>Short and unique, as <c>devices</c> shows it.</summary>
    public abstract string Name { get; }

    /// <summary>Bytes of a sector, a power of two from 512 to 4096.</summary>
    public abstract int SectorBytes { get; }

    public abstract long SectorCount { get; }

    public abstract bool IsReadOnly { get; }

    public abstract bool CanDiscard { get; }

    /// <summary>Takes the memory for a request of so many bytes beforehand, so that those of one caller after the other need none.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public virtual void Prepare(int bytes)
    {
    }

    /// <summary>Reads whole sectors.</summary>
    /// <exception cref="BlockDeviceException">The device failed, is gone, or has no such sectors.</exception>
    public abstract void Read(long sector, Span<byte> data);

    /// <summary>Writes whole sectors; after an error, each of them is old, new or unreadable.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public abstract void Write(long sector, ReadOnlySpan<byte> data);

    /// <summary>Makes durable what every call that had returned before this one has written.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public abstract void Flush();

    /// <summary>Says that the content of these sectors is no longer needed; what they read as afterwards is open.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public abstract void Discard(long sector, long count);
}
