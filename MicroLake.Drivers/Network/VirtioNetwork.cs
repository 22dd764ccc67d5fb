using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Network;

/// <summary>Takes a frame that came; the memory is the driver's again afterwards.</summary>
public delegate void FrameReceiver(ReadOnlySpan<byte> frame);

/// <summary>A network card (VIRTIO 1.2, 5.1): Ethernet frames in and out, one queue each, without offloads.</summary>
public sealed class VirtioNetwork : IDriver
{
    /// <summary>The shortest and the longest frame, without the check sequence: header alone, and header with 1,500 bytes.</summary>
    public const int ShortestFrame = 14;

    /// <inheritdoc cref="ShortestFrame"/>
    public const int LongestFrame = 1514;

    /// <summary>Bytes of a hardware address.</summary>
    public const int AddressBytes = 6;

    private const ulong HasAddress = 1 << 5;
    private const ulong HasStatus = 1 << 16;
    private const int StatusOffset = 6;
    private const int LinkUp = 1;
    private const int ReceiveQueue = 0;
    private const int TransmitQueue = 1;

    /// <summary>Bytes before a frame (5.1.6): no offload is agreed on, so all are zero on the way out and not looked at on the way in.</summary>
    private const int HeaderBytes = 12;

    private const int Buffers = 32;
    private const int BufferBytes = 2048;

    private readonly RequestQueue _receive;
    private readonly RequestQueue _transmit;
    private readonly DmaMemory _received;
    private readonly DmaMemory _sent;
    private readonly byte[] _address = new byte[AddressBytes];
    private long _framesReceived;
    private long _framesSent;

    public VirtioNetwork(PciFunction function, string name)
    {
        Device = new VirtioDevice(function, name, HasAddress | HasStatus);
        try
        {
            if (Device.Has(HasAddress))
                Device.ReadConfiguration(0, _address);
            else
                MakeAddress();
            _receive = Device.AddQueue(ReceiveQueue, Buffers, 1, 0);
            _transmit = Device.AddQueue(TransmitQueue, Buffers, 1, 0);
            _received = Device.AllocateDma(_receive.SlotCount * BufferBytes);
            _sent = Device.AllocateDma(_transmit.SlotCount * BufferBytes);
            Device.Start();
        }
        catch (DeviceException)
        {
            Device.Dispose();
            throw;
        }
    }

    public VirtioDevice Device { get; }

    public string Kind => "network card";

    public string FeatureNames => $"{(Device.Has(HasAddress) ? "MAC " : "")}{(Device.Has(HasStatus) ? "STATUS" : "")}".TrimEnd();

    public string State =>
        $"{BitConverter.ToString(_address).Replace('-', ':').ToLowerInvariant()}, link {(IsLinkUp ? "up" : "down")}, {FramesReceived} frames in, {FramesSent} out";

    /// <summary>The card's hardware address.</summary>
    public ReadOnlySpan<byte> Address => _address;

    /// <summary>Whether there is somebody at the other end, as far as the device can say.</summary>
    public bool IsLinkUp => !Device.Has(HasStatus) || (Device.ReadConfiguration16(StatusOffset) & LinkUp) != 0;

    public long FramesReceived => Interlocked.Read(ref _framesReceived);

    public long FramesSent => Interlocked.Read(ref _framesSent);

    /// <summary>Sends a frame, and returns when the device has taken it.</summary>
    /// <exception cref="DeviceException">The device failed or is gone.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The frame is too short or too long.</exception>
    public void Send(ReadOnlySpan<byte> frame)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frame.Length, ShortestFrame, nameof(frame));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame.Length, LongestFrame, nameof(frame));
        int slot = _transmit.TakeSlot();
        try
        {
            int at = slot * BufferBytes;
            Span<byte> buffer = _sent.Bytes.Slice(at, HeaderBytes + frame.Length);
            buffer[..HeaderBytes].Clear();
            frame.CopyTo(buffer[HeaderBytes..]);
            _sent.Publish(at, buffer.Length);
            _ = _transmit.Execute(slot, [BufferSegment.Of(_sent, at, buffer.Length, deviceWrites: false)]);
            _ = Interlocked.Increment(ref _framesSent);
        }
        finally
        {
            _transmit.GiveSlot(slot);
        }
    }

    /// <summary>Hands frames to a receiver, one after the other, on a thread of the driver's, until the device is given up. Called once.</summary>
    public void Receive(FrameReceiver receiver) =>
        new Thread(() => ReceiveAll(receiver)) { IsBackground = true, Name = Device.Name }.Start();

    public void Dispose() => Device.Dispose();

    /// <summary>Gives the device all memory for frames that come.</summary>
    internal void OfferAll()
    {
        while (_receive.TryTakeSlot(out int slot))
            Offer(slot);
    }

    /// <summary>Takes a frame that has come, and gives its memory to the device again. False: there is none.</summary>
    /// <exception cref="DeviceException">The device failed or is gone.</exception>
    internal bool TryReceive(FrameReceiver receiver)
    {
        if (!_receive.TryFinishAny(out int slot, out int written))
            return false;
        int at = slot * BufferBytes;
        _received.Fetch(at, written);
        if (written >= HeaderBytes + ShortestFrame)
        {
            _ = Interlocked.Increment(ref _framesReceived);
            receiver(_received.Bytes.Slice(at + HeaderBytes, written - HeaderBytes));
        }

        Offer(slot);
        return true;
    }

    private void ReceiveAll(FrameReceiver receiver)
    {
        try
        {
            OfferAll();
            while (true)
                if (!TryReceive(receiver))
                    _receive.WaitForAny();
        }
        catch (DeviceException)
        {
            // Who uses the card hears of it at the next frame that is to be sent; the device's state says why.
        }
    }

    private void Offer(int slot) =>
        _receive.Start(slot, [BufferSegment.Of(_received, slot * BufferBytes, HeaderBytes + LongestFrame, deviceWrites: true)]);

    /// <summary>An address of the driver's own making: locally administered, of one card.</summary>
    private void MakeAddress()
    {
        Random.Shared.NextBytes(_address);
        _address[0] = (byte)((_address[0] & 0xfc) | 2);
    }
}
