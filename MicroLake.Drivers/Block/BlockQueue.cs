using System.Buffers.Binary;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers.Block;

/// <summary>One queue of a disk, and the memory of its requests (VIRTIO 1.2, 5.2.6): a header, the data, a byte of status.</summary>
internal sealed class BlockQueue
{
    /// <summary>Pieces of a request beside its data: header and status.</summary>
    public const int Frame = 2;

    /// <summary>The most pieces of a request whose data is in one.</summary>
    public const int Segments = Frame + 1;

    /// <summary>The status of a request that was done (VIRTIO_BLK_S_OK).</summary>
    public const byte Ok = 0;

    /// <summary>A status that no device writes: it stays where the device wrote none.</summary>
    private const byte NoStatus = 0xff;

    private const int HeaderBytes = 16;
    private const int StatusOffset = 16;
    private const int DiscardOffset = 32;
    private const int DiscardBytes = 16;
    private const int SlotBytes = 48;

    private readonly RequestQueue _queue;
    private readonly DmaMemory _frames;
    private readonly GrowingBuffer[] _data;

    public BlockQueue(RequestQueue queue, VirtioDevice device)
    {
        _queue = queue;
        _frames = device.AllocateDma(queue.SlotCount * SlotBytes);
        _data = new GrowingBuffer[queue.SlotCount];
        for (int i = 0; i < _data.Length; i++)
            _data[i] = new GrowingBuffer(device);
    }

    /// <summary>Takes a slot, where there is one or <paramref name="wait"/> says to wait.</summary>
    public bool TryTake(bool wait, out int slot)
    {
        if (!wait)
            return _queue.TryTakeSlot(out slot);
        slot = _queue.TakeSlot();
        return true;
    }

    public void Give(int slot) => _queue.GiveSlot(slot);

    /// <summary>Takes memory for the data of a request in the slot that is taken next: the one that was given back last.</summary>
    public void Prepare(int bytes)
    {
        int slot = _queue.TakeSlot();
        try
        {
            _ = _data[slot].OfLength(bytes);
        }
        finally
        {
            Give(slot);
        }
    }

    /// <param name="sector">In units of 512 bytes, as all sectors here.</param>
    public void StartRead(int slot, ulong sector, int length)
    {
        DmaMemory data = _data[slot].OfLength(length);
        Start(slot, BlockRequestType.Read, sector, BufferSegment.Of(data, 0, length, deviceWrites: true));
    }

    public void StartWrite(int slot, ulong sector, ReadOnlySpan<byte> content)
    {
        DmaMemory data = _data[slot].OfLength(content.Length);
        content.CopyTo(data.Bytes);
        data.Publish(0, content.Length);
        Start(slot, BlockRequestType.Write, sector, BufferSegment.Of(data, 0, content.Length, deviceWrites: false));
    }

    /// <summary>Reads into, or writes from, memory that is lent.</summary>
    /// <param name="data">At most as many pieces as the queue was made for, less <see cref="Frame"/>.</param>
    public void StartLent(int slot, BlockRequestType type, ulong sector, ReadOnlySpan<BufferSegment> data)
    {
        Span<BufferSegment> segments = new BufferSegment[data.Length + Frame];
        data.CopyTo(segments[1..]);
        (segments[0], segments[^1]) = WriteFrame(slot, type, sector);
        _queue.Start(slot, segments);
    }

    public void StartFlush(int slot) => Start(slot, BlockRequestType.Flush, 0, default);

    public void StartDiscard(int slot, ulong sector, uint count)
    {
        int at = slot * SlotBytes + DiscardOffset;
        Span<byte> range = _frames.Bytes.Slice(at, DiscardBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(range, sector);
        BinaryPrimitives.WriteUInt32LittleEndian(range[8..], count);
        BinaryPrimitives.WriteUInt32LittleEndian(range[12..], 0);
        _frames.Publish(at, DiscardBytes);
        Start(slot, BlockRequestType.Discard, 0, BufferSegment.Of(_frames, at, DiscardBytes, deviceWrites: false));
    }

    /// <summary>Waits for a request. Returns its status.</summary>
    /// <param name="written">Bytes that the device says it wrote, the status included.</param>
    public byte Finish(int slot, out int written)
    {
        written = _queue.Finish(slot);
        int at = slot * SlotBytes + StatusOffset;
        _frames.Fetch(at, 1);
        return _frames.Bytes[at];
    }

    /// <summary>What a read that was done has brought.</summary>
    public ReadOnlySpan<byte> Content(int slot, int length)
    {
        DmaMemory data = _data[slot].OfLength(length);
        data.Fetch(0, length);
        return data.Bytes[..length];
    }

    private void Start(int slot, BlockRequestType type, ulong sector, BufferSegment data)
    {
        (BufferSegment head, BufferSegment status) = WriteFrame(slot, type, sector);
        if (data.Length == 0)
            _queue.Start(slot, [head, status]);
        else
            _queue.Start(slot, [head, data, status]);
    }

    private (BufferSegment Head, BufferSegment Status) WriteFrame(int slot, BlockRequestType type, ulong sector)
    {
        int at = slot * SlotBytes;
        Span<byte> header = _frames.Bytes.Slice(at, HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)type);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], sector);
        _frames.Bytes[at + StatusOffset] = NoStatus;
        _frames.Publish(at, HeaderBytes + 1);
        return (BufferSegment.Of(_frames, at, HeaderBytes, deviceWrites: false), BufferSegment.Of(_frames, at + StatusOffset, 1, deviceWrites: true));
    }
}
