using System.Buffers.Binary;

namespace MicroLake.Drivers.Virtio;

/// <summary>A packed virtqueue (VIRTIO 1.2, 2.8): one ring that both sides write, with a bit that says which time around a descriptor is of.</summary>
public sealed class PackedVirtqueue : Virtqueue
{
    private const ushort Next = 1;
    private const ushort DeviceWrites = 2;
    private const ushort Indirect = 4;
    private const ushort Available = 1 << 7;
    private const ushort Used = 1 << 15;
    private const int IdOffset = 12;
    private const int FlagsOffset = 14;

    // Event suppression (2.8.14): where, with the wrap counter on top; then what.
    private const ushort EventsEnabled = 0;
    private const ushort EventsDisabled = 1;
    private const ushort EventAtDescriptor = 2;
    private const ushort WrapBit = 1 << 15;

    private readonly int _driverEvents;
    private readonly int _deviceEvents;
    private readonly ushort[] _freeIds;
    private int _freeIdCount;
    private int _nextAvailable;
    private bool _availableWrap = true;
    private int _untold;
    private int _nextUsed;
    private bool _usedWrap = true;

    public PackedVirtqueue(VirtqueueOptions options)
        : base(options, options.Host.AllocateDma(options.Size * DescriptorBytes + 8))
    {
        _driverEvents = Size * DescriptorBytes;
        _deviceEvents = _driverEvents + 4;
        _freeIds = new ushort[Size];
        for (int id = Size - 1; id >= 0; id--)
            _freeIds[_freeIdCount++] = (ushort)id;
    }

    public override (ulong Descriptors, ulong Driver, ulong Device) Addresses =>
        (Ring.DeviceAddress, Ring.DeviceAddress + (ulong)_driverEvents, Ring.DeviceAddress + (ulong)_deviceEvents);

    protected override int NextId => _freeIds[_freeIdCount - 1];

    public override void Kick()
    {
        if (_untold == 0)
            return;
        // 2.8.21.3: a full barrier before the device's wish to be told is read.
        Interlocked.MemoryBarrier();
        Ring.Fetch(_deviceEvents, 4);
        ushort place = Read16(_deviceEvents);
        ushort wish = (ushort)(Read16(_deviceEvents + 2) & 3);
        bool wanted = wish != EventsDisabled;
        if (wish == EventAtDescriptor)
        {
            int at = place & ~WrapBit;
            if ((place & WrapBit) != 0 != _availableWrap)
                at -= Size;
            wanted = (ushort)(_nextAvailable - at - 1) < (ushort)_untold;
        }

        _untold = 0;
        if (wanted)
            Options.Notify();
    }

    public override bool TryTake(out int token, out int written)
    {
        token = written = 0;
        if (!HasUsed())
            return false;
        if (InFlight == 0)
            throw Lie("has done a request, and has none");
        int at = _nextUsed * DescriptorBytes;
        Ring.Fetch(at, DescriptorBytes);
        ushort id = Read16(at + IdOffset);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(Ring.Bytes[(at + 8)..]);
        token = Complete(id, length, out written, out int descriptors);
        _freeIds[_freeIdCount++] = id;
        _nextUsed += descriptors;
        if (_nextUsed >= Size)
        {
            _nextUsed -= Size;
            _usedWrap = !_usedWrap;
        }

        return true;
    }

    public override bool TryWantInterrupt()
    {
        Write16(_driverEvents, (ushort)(_nextUsed | (_usedWrap ? WrapBit : 0)));
        Write16(_driverEvents + 2, Options.HasEventIndex ? EventAtDescriptor : EventsEnabled);
        Ring.Publish(_driverEvents, 4);
        Interlocked.MemoryBarrier();
        return !HasUsed();
    }

    protected override void AddDirect(int id, ReadOnlySpan<BufferSegment> segments)
    {
        // The first descriptor's flags make the whole request available: they are written last (2.8.16).
        int first = _nextAvailable;
        ushort firstFlags = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            ushort flags = (ushort)(AvailabilityFlags() | (i == segments.Length - 1 ? 0 : Next));
            if (i == 0)
                firstFlags = Write(segments[i], id, flags, isVisible: false);
            else
                _ = Write(segments[i], id, flags, isVisible: true);
        }

        Show(first, firstFlags);
        _freeIdCount--;
        _untold += segments.Length;
    }

    protected override void AddIndirect(int id, BufferSegment table)
    {
        int first = _nextAvailable;
        Show(first, Write(table, id, (ushort)(AvailabilityFlags() | Indirect), isVisible: false));
        _freeIdCount--;
        _untold++;
    }

    /// <summary>In a table the order is that of the entries, and only the direction counts (2.8.8).</summary>
    protected override void WriteTableEntry(Span<byte> entry, BufferSegment segment, int index, bool isLast)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(entry, segment.Address);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)segment.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[IdOffset..], 0);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[FlagsOffset..], segment.DeviceWrites ? DeviceWrites : (ushort)0);
    }

    private ushort AvailabilityFlags() => _availableWrap ? Available : Used;

    /// <summary>Writes the next descriptor of the ring. Returns its flags, which are left out of the ring where it is not to be visible.</summary>
    private ushort Write(BufferSegment segment, int id, ushort flags, bool isVisible)
    {
        int at = _nextAvailable * DescriptorBytes;
        if (segment.DeviceWrites)
            flags |= DeviceWrites;
        Span<byte> descriptor = Ring.Bytes[at..];
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, segment.Address);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[8..], (uint)segment.Length);
        Write16(at + IdOffset, (ushort)id);
        if (isVisible)
            Write16(at + FlagsOffset, flags);
        Ring.Publish(at, isVisible ? DescriptorBytes : FlagsOffset);
        if (++_nextAvailable == Size)
        {
            _nextAvailable = 0;
            _availableWrap = !_availableWrap;
        }

        return flags;
    }

    private void Show(int index, ushort flags)
    {
        Write16(index * DescriptorBytes + FlagsOffset, flags);
        Ring.Publish(index * DescriptorBytes + FlagsOffset, 2);
    }

    public override bool HasUsed()
    {
        int at = _nextUsed * DescriptorBytes + FlagsOffset;
        Ring.Fetch(at, 2);
        ushort flags = Read16(at);
        bool available = (flags & Available) != 0;
        bool used = (flags & Used) != 0;
        return available == used && used == _usedWrap;
    }

    private ushort Read16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Ring.Bytes[offset..]);

    private void Write16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Ring.Bytes[offset..], value);
}
