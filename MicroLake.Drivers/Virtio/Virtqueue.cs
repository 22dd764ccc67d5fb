namespace MicroLake.Drivers.Virtio;

/// <summary>
/// A queue of requests to a device (VIRTIO 1.2, 2.6). One thread at a time. What the device may write is taken over once and believed nothing:
/// a driver's own record says which requests are in flight and how much of each the device may have written.
/// </summary>
public abstract class Virtqueue : IDisposable
{
    /// <summary>Bytes of a descriptor, in a ring of either kind or in an indirect table.</summary>
    protected const int DescriptorBytes = 16;

    private readonly DmaMemory? _tables;
    private readonly int _tableSegments;
    private readonly int[] _tokens;
    private readonly int[] _descriptors;
    private readonly long[] _writable;

    private protected Virtqueue(VirtqueueOptions options, DmaMemory ring)
    {
        Options = options;
        Ring = ring;
        _tokens = new int[Size];
        _descriptors = new int[Size];
        _writable = new long[Size];
        Array.Fill(_tokens, -1);
        FreeDescriptors = Size;
        _tableSegments = options.IndirectSegments;
        if (_tableSegments > 1)
            _tables = options.Host.AllocateDma(Size * _tableSegments * DescriptorBytes);
    }

    public int Index => Options.Index;

    /// <summary>Descriptors of the ring.</summary>
    public int Size => Options.Size;

    /// <summary>Requests that the device has, or has done and nobody has taken.</summary>
    public int InFlight { get; private set; }

    /// <summary>Where the device finds the three parts of the ring (4.1.4.3: queue_desc, queue_driver, queue_device).</summary>
    public abstract (ulong Descriptors, ulong Driver, ulong Device) Addresses { get; }

    protected VirtqueueOptions Options { get; }

    protected DmaMemory Ring { get; }

    /// <summary>Queues a request; the device hears of it at the next <see cref="Kick"/>.</summary>
    /// <param name="segments">Its memory: at least one piece, published, and the driver's to leave alone until the request is taken.</param>
    /// <param name="token">A number, from 0, that comes back with it.</param>
    /// <returns>False: there is no room until others are taken.</returns>
    public bool TryAdd(ReadOnlySpan<BufferSegment> segments, int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfZero(segments.Length, nameof(segments));
        bool isIndirect = segments.Length > 1 && segments.Length <= _tableSegments;
        int needed = isIndirect ? 1 : segments.Length;
        if (needed > FreeDescriptors)
            return false;
        int id = NextId;
        _tokens[id] = token;
        _descriptors[id] = needed;
        _writable[id] = 0;
        foreach (BufferSegment segment in segments)
            _writable[id] += segment.DeviceWrites ? segment.Length : 0;
        FreeDescriptors -= needed;
        InFlight++;
        if (isIndirect)
            AddIndirect(id, WriteTable(id, segments));
        else
            AddDirect(id, segments);
        return true;
    }

    /// <summary>Tells the device of what was queued, where it wants to be told.</summary>
    public abstract void Kick();

    /// <summary>Takes a request that the device has done.</summary>
    /// <param name="token">The number given to <see cref="TryAdd"/>.</param>
    /// <param name="written">Bytes that the device says it wrote, no more than it could: from the first writable piece on.</param>
    /// <exception cref="DeviceException">The device has written nonsense; the queue can only be reset.</exception>
    public abstract bool TryTake(out int token, out int written);

    /// <summary>Whether the device has done a request that nobody has taken. Any thread may ask; what it is told may be over by then.</summary>
    public abstract bool HasUsed();

    /// <summary>Asks for an interrupt at the next request that is done. False: there is one already.</summary>
    public abstract bool TryWantInterrupt();

    public void Dispose()
    {
        Ring.Dispose();
        _tables?.Dispose();
    }

    /// <summary>Descriptors of the ring that no request has.</summary>
    protected int FreeDescriptors { get; private set; }

    /// <summary>The number, below <see cref="Size"/>, by which the device will name the next request; there is one while descriptors are free.</summary>
    protected abstract int NextId { get; }

    protected abstract void AddDirect(int id, ReadOnlySpan<BufferSegment> segments);

    protected abstract void AddIndirect(int id, BufferSegment table);

    /// <summary>Ends a request that the device says it has done.</summary>
    protected int Complete(uint id, uint length, out int written, out int descriptors)
    {
        if (id >= (uint)Size || _tokens[id] < 0)
            throw Lie($"has done request {id}, which it did not have");
        if (length > _writable[id])
            throw Lie($"wrote {length} bytes where it was given {_writable[id]}");
        int token = _tokens[id];
        _tokens[id] = -1;
        InFlight--;
        descriptors = _descriptors[id];
        FreeDescriptors += descriptors;
        written = (int)length;
        return token;
    }

    protected DeviceException Lie(string what) => new($"{Options.Name}: the device says that it {what} (queue {Index}); it was reset");

    /// <summary>Fills the indirect table of a request (2.7.5.3, 2.8.8).</summary>
    private BufferSegment WriteTable(int id, ReadOnlySpan<BufferSegment> segments)
    {
        int start = id * _tableSegments * DescriptorBytes;
        for (int i = 0; i < segments.Length; i++)
            WriteTableEntry(_tables!.Bytes[(start + i * DescriptorBytes)..], segments[i], i, i == segments.Length - 1);
        _tables!.Publish(start, segments.Length * DescriptorBytes);
        return BufferSegment.Of(_tables, start, segments.Length * DescriptorBytes, false);
    }

    protected abstract void WriteTableEntry(Span<byte> entry, BufferSegment segment, int index, bool isLast);
}
