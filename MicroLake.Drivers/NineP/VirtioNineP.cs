using System.Text;
using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;
using MicroLake.Files.NineP;

namespace MicroLake.Drivers.NineP;

/// <summary>
/// Carries 9P messages to the host. VIRTIO 1.2 names the device type (9, "9P transport") and leaves its layout to the devices: one queue of
/// requests, each the message and room for the answer; the configuration is the length and the bytes of a tag.
/// </summary>
public sealed class VirtioNineP : NinePTransport, IDriver
{
    private const ulong MountTag = 1 << 0;
    private const int RequestQueueIndex = 0;
    private const int MostExchanges = 8;
    private const int MostTagBytes = 255;
    private const int LongestMessage = 128 << 10;

    private readonly RequestQueue _queue;
    private readonly GrowingBuffer[] _requests;
    private readonly GrowingBuffer[] _responses;

    public VirtioNineP(PciFunction function, string name)
    {
        Device = new VirtioDevice(function, name, MountTag);
        try
        {
            Tag = ReadTag();
            _queue = Device.AddQueue(RequestQueueIndex, MostExchanges, 2, 0);
            _requests = new GrowingBuffer[_queue.SlotCount];
            _responses = new GrowingBuffer[_queue.SlotCount];
            for (int i = 0; i < _queue.SlotCount; i++)
            {
                _requests[i] = new GrowingBuffer(Device);
                _responses[i] = new GrowingBuffer(Device);
            }

            Device.Start();
        }
        catch (DeviceException)
        {
            Device.Dispose();
            throw;
        }
    }

    public VirtioDevice Device { get; }

    public string Kind => "9P transport";

    public string FeatureNames => Device.Has(MountTag) ? "MOUNT_TAG" : "";

    public string State => $"tag {Tag}";

    public override string Tag { get; }

    public override int MaxMessageBytes => LongestMessage;

    public override int Exchange(ReadOnlySpan<byte> request, ReadOnlySpan<byte> data, Span<byte> response, Span<byte> room)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Length, nameof(request));
        ArgumentOutOfRangeException.ThrowIfZero(response.Length, nameof(response));
        int asked = request.Length + data.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(asked, LongestMessage, nameof(request));
        int most = Math.Min(response.Length + room.Length, LongestMessage);
        int slot = _queue.TakeSlot();
        try
        {
            DmaMemory question = _requests[slot].OfLength(asked);
            DmaMemory answer = _responses[slot].OfLength(most);
            request.CopyTo(question.Bytes);
            data.CopyTo(question.Bytes[request.Length..]);
            question.Publish(0, asked);
            int written = _queue.Execute(
                slot,
                [
                    BufferSegment.Of(question, 0, asked, deviceWrites: false),
                    BufferSegment.Of(answer, 0, most, deviceWrites: true),
                ]);
            answer.Fetch(0, written);
            int head = Math.Min(written, response.Length);
            answer.Bytes[..head].CopyTo(response);
            answer.Bytes[head..written].CopyTo(room);
            return written;
        }
        finally
        {
            _queue.GiveSlot(slot);
        }
    }

    public void Dispose() => Device.Dispose();

    private string ReadTag()
    {
        if (!Device.Has(MountTag))
            return "";
        int length = Device.ReadConfiguration16(0);
        if (length > MostTagBytes)
            throw Device.Broken($"has a tag of {length} bytes");
        byte[] tag = new byte[length];
        Device.ReadConfiguration(2, tag);
        return Encoding.UTF8.GetString(tag);
    }
}
