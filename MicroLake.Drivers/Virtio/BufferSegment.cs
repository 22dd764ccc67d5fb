namespace MicroLake.Drivers.Virtio;

/// <summary>A piece of memory of a request. Those that the device reads come before those that it writes (VIRTIO 1.2, 2.7.4.2).</summary>
/// <param name="address">Where the device finds it.</param>
/// <param name="length">Bytes, more than none.</param>
/// <param name="deviceWrites">Whether the device writes it; otherwise it reads it.</param>
public readonly struct BufferSegment(ulong address, int length, bool deviceWrites)
{
    public ulong Address { get; } = address;

    public int Length { get; } = length;

    public bool DeviceWrites { get; } = deviceWrites;

    /// <summary>A part of a buffer.</summary>
    public static BufferSegment Of(DmaMemory memory, int offset, int length, bool deviceWrites) =>
        new(memory.DeviceAddress + (ulong)offset, length, deviceWrites);
}
