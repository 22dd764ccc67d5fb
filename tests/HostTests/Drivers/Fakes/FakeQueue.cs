using System.Buffers.Binary;

namespace MicroLake.HostTests.Drivers.Fakes;

/// <summary>A request as the device finds it.</summary>
internal sealed record FakeRequest(ushort Id, int Descriptors, List<(ulong Address, int Length, bool Writable)> Segments)
{
    public int Writable => Segments.Where(s => s.Writable).Sum(s => s.Length);
}

/// <summary>The device's side of a queue: VIRTIO 1.2, 2.7 and 2.8, written anew and apart from the driver's.</summary>
internal sealed class FakeQueue(FakeMachine machine)
{
    private ushort _lastAvailable;
    private ushort _usedIndex;
    private int _packedNext;
    private bool _packedWrap = true;
    private int _usedNext;
    private bool _usedWrap = true;

    public ulong Descriptors, Driver, Device;
    public int Size = 256;
    public bool Enabled, IsPacked, HasEventIndex;
    public ushort Vector = 0xffff;

    /// <summary>Takes the next request, or null.</summary>
    public FakeRequest? Pop() => !Enabled ? null : IsPacked ? PopPacked() : PopSplit();

    /// <summary>Says that a request is done. True: the driver wants an interrupt.</summary>
    public bool Push(ushort id, int descriptors, uint written) => IsPacked ? PushPacked(id, descriptors, written) : PushSplit(id, written);

    public byte[] Read(FakeRequest request)
    {
        var bytes = new List<byte>();
        foreach ((ulong address, int length, bool writable) in request.Segments)
            if (!writable)
                bytes.AddRange(View(address, length));
        return [.. bytes];
    }

    /// <summary>Writes to the request's writable memory from its start.</summary>
    public void Write(FakeRequest request, ReadOnlySpan<byte> content)
    {
        foreach ((ulong address, int length, bool writable) in request.Segments)
        {
            if (!writable || content.IsEmpty)
                continue;
            int part = Math.Min(length, content.Length);
            content[..part].CopyTo(View(address, part));
            content = content[part..];
        }
    }

    public void MoveUsedIndex(ushort by) => Put16(Device + 2, _usedIndex += by);

    private FakeRequest? PopSplit()
    {
        if (Get16(Driver + 2) == _lastAvailable)
            return null;
        ushort head = Get16(Driver + 4 + (ulong)(_lastAvailable % Size) * 2);
        _lastAvailable++;
        if (HasEventIndex)
            Put16(Device + 4 + (ulong)Size * 8, _lastAvailable);
        var segments = new List<(ulong, int, bool)>();
        int at = head;
        int count = 0;
        while (true)
        {
            count++;
            Span<byte> descriptor = View(Descriptors + (ulong)at * 16, 16);
            ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[12..]);
            if ((flags & 4) != 0)
            {
                ReadTable(descriptor, segments, isSplit: true);
                break;
            }

            segments.Add(SegmentOf(descriptor, flags));
            if ((flags & 1) == 0)
                break;
            at = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[14..]);
        }

        return new FakeRequest(head, count, segments);
    }

    private bool PushSplit(ushort id, uint written)
    {
        ulong element = Device + 4 + (ulong)(_usedIndex % Size) * 8;
        Put32(element, id);
        Put32(element + 4, written);
        ushort old = _usedIndex++;
        Put16(Device + 2, _usedIndex);
        if (!HasEventIndex)
            return (Get16(Driver) & 1) == 0;
        ushort wish = Get16(Driver + 4 + (ulong)Size * 2);
        return (ushort)(_usedIndex - wish - 1) < (ushort)(_usedIndex - old);
    }

    private FakeRequest? PopPacked()
    {
        var segments = new List<(ulong, int, bool)>();
        int count = 0;
        while (true)
        {
            Span<byte> descriptor = View(Descriptors + (ulong)_packedNext * 16, 16);
            ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[14..]);
            bool available = (flags & 0x80) != 0;
            bool used = (flags & 0x8000) != 0;
            if (available != _packedWrap || used == _packedWrap)
                return count == 0 ? null : throw new InvalidOperationException("a chain is available in parts");
            ushort id = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[12..]);
            count++;
            if (++_packedNext == Size)
            {
                _packedNext = 0;
                _packedWrap = !_packedWrap;
            }

            if ((flags & 4) != 0)
                ReadTable(descriptor, segments, isSplit: false);
            else
                segments.Add(SegmentOf(descriptor, flags));
            if ((flags & 1) == 0)
            {
                if (HasEventIndex)
                {
                    Put16(Device, (ushort)(_packedNext | (_packedWrap ? 0x8000 : 0)));
                    Put16(Device + 2, 2);
                }

                return new FakeRequest(id, count, segments);
            }
        }
    }

    private bool PushPacked(ushort id, int descriptors, uint written)
    {
        ulong at = Descriptors + (ulong)_usedNext * 16;
        int old = _usedNext;
        bool oldWrap = _usedWrap;
        Put32(at + 8, written);
        Put16(at + 12, id);
        Put16(at + 14, _usedWrap ? (ushort)0x8080 : (ushort)0);
        _usedNext += descriptors;
        if (_usedNext >= Size)
        {
            _usedNext -= Size;
            _usedWrap = !_usedWrap;
        }

        ushort flags = Get16(Driver + 2);
        if (flags != 2)
            return flags == 0;
        ushort wish = Get16(Driver);
        bool wrap = (wish & 0x8000) != 0;
        int place = wish & 0x7fff;
        // The event is the one just written: between the old and the new place.
        return wrap == oldWrap ? place >= old && place < old + descriptors : place + Size < old + descriptors;
    }

    private void ReadTable(ReadOnlySpan<byte> descriptor, List<(ulong, int, bool)> segments, bool isSplit)
    {
        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(descriptor);
        int count = BinaryPrimitives.ReadInt32LittleEndian(descriptor[8..]) / 16;
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            Span<byte> entry = View(table + (ulong)at * 16, 16);
            ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(entry[(isSplit ? 12 : 14)..]);
            segments.Add(SegmentOf(entry, flags));
            if (isSplit && (flags & 1) == 0)
                break;
            at = isSplit ? BinaryPrimitives.ReadUInt16LittleEndian(entry[14..]) : at + 1;
        }
    }

    private static (ulong, int, bool) SegmentOf(ReadOnlySpan<byte> descriptor, ushort flags) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(descriptor), BinaryPrimitives.ReadInt32LittleEndian(descriptor[8..]), (flags & 2) != 0);

    private Span<byte> View(ulong address, int length)
    {
        Span<byte> view = machine.DeviceView(address, length);
        return view.Length == length ? view : throw new InvalidOperationException($"the driver told of {length} bytes at {address:x}, which are not its own");
    }

    private ushort Get16(ulong address) => BinaryPrimitives.ReadUInt16LittleEndian(View(address, 2));

    private void Put16(ulong address, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(View(address, 2), value);

    private void Put32(ulong address, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(View(address, 4), value);
}
