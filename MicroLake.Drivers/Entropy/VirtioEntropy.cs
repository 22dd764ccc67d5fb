using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Entropy;

/// <summary>A source of randomness (VIRTIO 1.2, 5.4).</summary>
public sealed class VirtioEntropy : IDriver
{
    private const int RequestQueueIndex = 0;
    private const int BufferBytes = 4096;

    private readonly RequestQueue _queue;
    private readonly DmaMemory _buffer;

    public VirtioEntropy(PciFunction function, string name)
    {
        Device = new VirtioDevice(function, name, wanted: 0);
        try
        {
            _buffer = Device.AllocateDma(BufferBytes);
            _queue = Device.AddQueue(RequestQueueIndex, 1, 1, 0);
            Device.Start();
        }
        catch (DeviceException)
        {
            Device.Dispose();
            throw;
        }
    }

    public VirtioDevice Device { get; }

    public string Kind => "entropy source";

    public string FeatureNames => "";

    public string State => "ready";

    /// <summary>Fills the bytes from the device.</summary>
    /// <exception cref="DeviceException">The device failed or is gone.</exception>
    public void Fill(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[FillSome(bytes)..];
    }

    public void Dispose() => Device.Dispose();

    private int FillSome(Span<byte> bytes)
    {
        int length = Math.Min(bytes.Length, BufferBytes);
        int slot = _queue.TakeSlot();
        try
        {
            int written = _queue.Execute(slot, [BufferSegment.Of(_buffer, 0, length, deviceWrites: true)]);
            // 5.4.6.2: at least one byte. A device that gives none would be asked for ever.
            if (written == 0)
            {
                DeviceException error = Device.Broken("gives no randomness");
                Device.Fail(error.Message);
                throw error;
            }

            _buffer.Fetch(0, written);
            _buffer.Bytes[..written].CopyTo(bytes);
            _buffer.Bytes[..written].Clear();
            return written;
        }
        finally
        {
            _queue.GiveSlot(slot);
        }
    }
}
