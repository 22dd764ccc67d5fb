using System.Buffers.Binary;

namespace MicroLake.Drivers.Virtio;

/// <summary>A split virtqueue (VIRTIO 1.2, 2.7): a table of descriptors, a ring of what is available and one of what is used.</summary>
public sealed class SplitVirtqueue : Virtqueue
{
    private const ushort Next = 1;
    private const ushort DeviceWrites = 2;
    private const ushort Indirect = 4;
    private const ushort NoNotify = 1;
    private const int UsedElementBytes = 8;

    private readonly int _available;
    private readonly int _usedEvent;
    private readonly int _used;
    private readonly int _availableEvent;
    private readonly ushort[] _next;
    private ushort _free;
    private ushort _availableIndex;
    private ushort _toldIndex;
    private ushort _usedIndex;

    public SplitVirtqueue(VirtqueueOptions options)
        : base(options, options.Host.AllocateDma(BytesOf(options.Size)))
    {
        _available = Size * DescriptorBytes;
        _usedEvent = _available + 4 + 2 * Size;
        _used = (_usedEvent + 2 + 3) & ~3;
        _availableEvent = _used + 4 + UsedElementBytes * Size;
        _next = new ushort[Size];
        for (int i = 0; i < Size; i++)
            _next[i] = (ushort)(i + 1);
    }

    public override (ulong Descriptors, ulong Driver, ulong Device) Addresses =>
        (Ring.DeviceAddress, Ring.DeviceAddress + (ulong)_available, Ring.DeviceAddress + (ulong)_used);

    /// <summary>The device names a request by the first of its descriptors (2.7.8.2).</summary>
    protected override int NextId => _free;

    /// <summary>Bytes of a ring: descriptors, available ring with used_event, used ring with avail_event (2.7).</summary>
    private static int BytesOf(int size) => ((size * DescriptorBytes + 6 + 2 * size + 3) & ~3) + 6 + UsedElementBytes * size;

    public override void Kick()
    {
        if (_availableIndex == _toldIndex)
            return;
        // 2.7.13.3 and 2.7.13.4: the index after the entries, a full barrier, and only then the device's wish to be told.
        Write16(_available + 2, _availableIndex);
        Ring.Publish(_available + 2, 2);
        Interlocked.MemoryBarrier();
        bool wanted;
        if (Options.HasEventIndex)
        {
            ushort wish = Fetch16(_availableEvent);
            wanted = (ushort)(_availableIndex - wish - 1) < (ushort)(_availableIndex - _toldIndex);
        }
        else
        {
            wanted = (Fetch16(_used) & NoNotify) == 0;
        }

        _toldIndex = _availableIndex;
        if (wanted)
            Options.Notify();
    }

    public override bool TryTake(out int token, out int written)
    {
        token = written = 0;
        ushort used = Fetch16(_used + 2);
        if (used == _usedIndex)
            return false;
        if ((ushort)(used - _usedIndex) > InFlight)
            throw Lie($"has done {(ushort)(used - _usedIndex)} requests of {InFlight}");
        int element = _used + 4 + _usedIndex % Size * UsedElementBytes;
        Ring.Fetch(element, UsedElementBytes);
        uint head = BinaryPrimitives.ReadUInt32LittleEndian(Ring.Bytes[element..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(Ring.Bytes[(element + 4)..]);
        token = Complete(head, length, out written, out int descriptors);
        // How the descriptors of a request hang together is the driver's own record.
        int last = (int)head;
        while (--descriptors > 0)
            last = _next[last];
        _next[last] = _free;
        _free = (ushort)head;
        _usedIndex++;
        return true;
    }

    public override bool HasUsed() => Fetch16(_used + 2) != _usedIndex;

    public override bool TryWantInterrupt()
    {
        if (Options.HasEventIndex)
        {
            Write16(_usedEvent, _usedIndex);
            Ring.Publish(_usedEvent, 2);
            Interlocked.MemoryBarrier();
        }

        return !HasUsed();
    }

    protected override void AddDirect(int id, ReadOnlySpan<BufferSegment> segments)
    {
        ushort at = (ushort)id;
        for (int i = 0; i < segments.Length; i++)
        {
            bool isLast = i == segments.Length - 1;
            WriteDescriptor(at, segments[i], isLast ? (ushort)0 : Next, isLast ? (ushort)0 : _next[at]);
            at = _next[at];
        }

        _free = at;
        MakeAvailable(id);
    }

    protected override void AddIndirect(int id, BufferSegment table)
    {
        WriteDescriptor(id, table, Indirect, 0);
        _free = _next[id];
        MakeAvailable(id);
    }

    protected override void WriteTableEntry(Span<byte> entry, BufferSegment segment, int index, bool isLast) =>
        Write(entry, segment, isLast ? (ushort)0 : Next, isLast ? (ushort)0 : (ushort)(index + 1));

    private void MakeAvailable(int id)
    {
        int entry = _available + 4 + _availableIndex % Size * 2;
        Write16(entry, (ushort)id);
        Ring.Publish(entry, 2);
        _availableIndex++;
    }

    private void WriteDescriptor(int at, BufferSegment segment, ushort flags, ushort next)
    {
        Write(Ring.Bytes[(at * DescriptorBytes)..], segment, flags, next);
        Ring.Publish(at * DescriptorBytes, DescriptorBytes);
    }

    private static void Write(Span<byte> descriptor, BufferSegment segment, ushort flags, ushort next)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, segment.Address);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[8..], (uint)segment.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor[12..], (ushort)(flags | (segment.DeviceWrites ? DeviceWrites : 0)));
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor[14..], next);
    }

    private ushort Fetch16(int offset)
    {
        Ring.Fetch(offset, 2);
        return BinaryPrimitives.ReadUInt16LittleEndian(Ring.Bytes[offset..]);
    }

    private void Write16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Ring.Bytes[offset..], value);
}
