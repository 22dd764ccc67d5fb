using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Console;

/// <summary>A port of a console device: a stream of bytes each way. Any number of threads write, each block whole; one reads at a time.</summary>
public sealed class ConsolePort
{
    /// <summary>The longest block that goes to the device at once.</summary>
    private const int LongestWrite = 32 << 10;

    private const int ReadBytes = 4096;

    private readonly RequestQueue _receive;
    private readonly RequestQueue _transmit;
    private readonly DmaMemory _received;
    private readonly GrowingBuffer _sent;
    private readonly Lock _reading = new();
    private readonly Lock _writing = new();
    private string _name = "";
    private int _slot = -1;
    private int _at;
    private int _end;

    internal ConsolePort(VirtioDevice device, int index, RequestQueue receive, RequestQueue transmit)
    {
        _receive = receive;
        _transmit = transmit;
        Index = index;
        _received = device.AllocateDma(receive.SlotCount * ReadBytes);
        _sent = new GrowingBuffer(device);
    }

    /// <summary>The port's number at the device.</summary>
    public int Index { get; }

    /// <summary>The name that the host gave it, or nothing.</summary>
    public string Name { get => Volatile.Read(ref _name); internal set => Volatile.Write(ref _name, value); }

    /// <summary>Whether the device has the port.</summary>
    public bool IsThere { get; internal set; }

    /// <summary>Writes all bytes; waits while the host does not take them.</summary>
    /// <exception cref="DeviceException">The device failed or is gone.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            while (!bytes.IsEmpty)
            {
                int length = Math.Min(bytes.Length, LongestWrite);
                WriteBlock(bytes[..length]);
                bytes = bytes[length..];
            }
        }
    }

    /// <summary>Reads what is there, at least one byte; waits for it.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        lock (_reading)
        {
            while (true)
            {
                if (TryRead(buffer, out int count))
                    return count;
                _receive.WaitForAny();
            }
        }
    }

    /// <summary>Reads what is there. False: nothing.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    internal bool TryRead(Span<byte> buffer, out int count)
    {
        count = 0;
        while (_at == _end)
        {
            if (_slot >= 0)
                Offer(_slot);
            _slot = -1;
            if (!_receive.TryFinishAny(out int slot, out int written))
                return false;
            _slot = slot;
            _at = slot * ReadBytes;
            _end = _at + written;
            _received.Fetch(_at, written);
        }

        count = Math.Min(buffer.Length, _end - _at);
        _received.Bytes.Slice(_at, count).CopyTo(buffer);
        _at += count;
        return true;
    }

    /// <summary>Gives the device memory for what comes.</summary>
    internal void OfferAll()
    {
        while (_receive.TryTakeSlot(out int slot))
            Offer(slot);
    }

    private void Offer(int slot) => _receive.Start(slot, [BufferSegment.Of(_received, slot * ReadBytes, ReadBytes, deviceWrites: true)]);

    private void WriteBlock(ReadOnlySpan<byte> bytes)
    {
        int slot = _transmit.TakeSlot();
        try
        {
            DmaMemory memory = _sent.OfLength(bytes.Length);
            bytes.CopyTo(memory.Bytes);
            memory.Publish(0, bytes.Length);
            _ = _transmit.Execute(slot, [BufferSegment.Of(memory, 0, bytes.Length, deviceWrites: false)]);
        }
        finally
        {
            _transmit.GiveSlot(slot);
        }
    }
}
