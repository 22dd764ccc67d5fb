namespace MicroLake.Drivers.Virtio;

/// <summary>Memory of a device's requests that is as long as the longest of them so far.</summary>
internal sealed class GrowingBuffer(VirtioDevice device)
{
    private const int LeastBytes = 4096;

    private DmaMemory? _memory;

    /// <summary>The memory, at least so long. No request has it; its content may be gone.</summary>
    /// <exception cref="DeviceException">There is not enough memory in one piece.</exception>
    public DmaMemory OfLength(int bytes)
    {
        if (_memory is { } enough && enough.Length >= bytes)
            return enough;
        DmaMemory longer = device.AllocateDma((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, LeastBytes)));
        if (_memory is { } shorter)
            device.FreeDma(shorter);
        return _memory = longer;
    }
}
