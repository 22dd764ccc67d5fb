using System.Numerics;
using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;
using MicroLake.Storage;

namespace MicroLake.Drivers.Block;

/// <summary>A disk (VIRTIO 1.2, 5.2): a queue for each processor where the device has so many; what is long goes in pieces that are in flight together.</summary>
public sealed class VirtioBlock : BlockDevice, IDriver
{
    // Offsets in the device's configuration (5.2.4).
    private const int Capacity = 0;
    private const int LongestSegment = 8;
    private const int MostSegments = 12;
    private const int BlockSize = 20;
    private const int NumQueues = 34;
    private const int MostDiscardSectors = 36;

    /// <summary>The unit of sector numbers on the wire, whatever the block size (5.2.4).</summary>
    private const int WireSectorBytes = 512;

    private const int LargestSectorBytes = 4096;
    private const int RequestsPerQueue = 32;
    private const int PiecesInFlight = 8;
    private const int LongestPiece = 128 << 10;
    private const int PageBytes = 4096;

    /// <summary>Pieces of lent memory that a request may need: as many pages, and one more where it does not begin with one.</summary>
    private const int LentSegments = LongestPiece / PageBytes + 1;

    /// <summary>What is shorter is copied: that costs less than to find its page frames.</summary>
    private const int LeastLent = 32 << 10;

    private const BlockFeatures Wanted = BlockFeatures.SegmentSize | BlockFeatures.SegmentCount | BlockFeatures.ReadOnly | BlockFeatures.BlockSize | BlockFeatures.Flush
        | BlockFeatures.MultiQueue | BlockFeatures.Discard;

    private readonly BlockQueue[] _queues;
    private readonly int _longestPiece;
    private readonly bool _canUseLent;
    private readonly long _mostDiscardSectors;

    public VirtioBlock(PciFunction function, string name)
    {
        Device = new VirtioDevice(function, name, (ulong)Wanted);
        try
        {
            SectorBytes = ReadSectorBytes();
            ulong capacity = Device.ReadConfiguration64(Capacity);
            if (capacity > long.MaxValue / WireSectorBytes)
                throw Device.Broken($"says that it has {capacity} sectors");
            SectorCount = (long)capacity / WirePerSector;
            _longestPiece = LongestPiece;
            if (Has(BlockFeatures.SegmentSize) && Device.ReadConfiguration32(LongestSegment) is var most and < LongestPiece)
                _longestPiece = (int)most / SectorBytes * SectorBytes;
            if (_longestPiece == 0)
                throw Device.Broken("takes less than a sector in one piece");
            _mostDiscardSectors = Has(BlockFeatures.Discard) ? Device.ReadConfiguration32(MostDiscardSectors) / WirePerSector : 0;
            int queues = Has(BlockFeatures.MultiQueue) ? Device.ReadConfiguration16(NumQueues) : 1;
            queues = Math.Min(Math.Min(queues, function.Host.ProcessorCount), Device.InterruptsLeft);
            // A request of many pieces needs a table of its own (2.7.5.3): no ring is long enough for several of them.
            _canUseLent = Device.Has(VirtioFeatures.IndirectDescriptors) && Has(BlockFeatures.SegmentCount) && Device.ReadConfiguration32(MostSegments) >= LentSegments;
            _queues = new BlockQueue[Math.Max(queues, 1)];
            for (int i = 0; i < _queues.Length; i++)
                _queues[i] = new BlockQueue(Device.AddQueue(i, RequestsPerQueue, BlockQueue.Frame + (_canUseLent ? LentSegments : 1), i), Device);
            Device.Start();
        }
        catch (DeviceException)
        {
            Device.Dispose();
            throw;
        }
    }

    public VirtioDevice Device { get; }

    public string Kind => "disk";

    public string FeatureNames
    {
        get
        {
            var names = new List<string>();
            void Add(BlockFeatures feature, string name)
            {
                if (Has(feature))
                    names.Add(name);
            }

            Add(BlockFeatures.ReadOnly, "RO");
            Add(BlockFeatures.BlockSize, "BLK_SIZE");
            Add(BlockFeatures.Flush, "FLUSH");
            Add(BlockFeatures.MultiQueue, "MQ");
            Add(BlockFeatures.Discard, "DISCARD");
            return string.Join(' ', names);
        }
    }

    public string State => $"{SectorCount} sectors of {SectorBytes} bytes{(IsReadOnly ? ", read-only" : "")}";

    public override string Name => Device.Name;

    public override int SectorBytes { get; }

    public override long SectorCount { get; }

    public override bool IsReadOnly => Has(BlockFeatures.ReadOnly);

    public override bool CanDiscard => _mostDiscardSectors > 0 && !IsReadOnly;

    private int WirePerSector => SectorBytes / WireSectorBytes;

    public override void Prepare(int bytes)
    {
        try
        {
            foreach (BlockQueue queue in _queues)
                queue.Prepare(Math.Min(bytes, _longestPiece));
        }
        catch (DeviceException error)
        {
            throw Explain(error, "preparation", 0, 0);
        }
    }

    public override void Read(long sector, Span<byte> data)
    {
        Check("read", sector, SectorsOf(data.Length));
        if (!IsLent(data.Length) || !Device.Host.TryLendForWriting(data, new LentTransfer(this, "read", BlockRequestType.Read, sector, data.Length)))
            Transfer("read", sector, data.Length, data, default, default);
    }

    public override void Write(long sector, ReadOnlySpan<byte> data)
    {
        Check("write", sector, SectorsOf(data.Length));
        CheckWritable("write", sector, data.Length / SectorBytes);
        if (!IsLent(data.Length) || !Device.Host.TryLend(data, new LentTransfer(this, "write", BlockRequestType.Write, sector, data.Length)))
            Transfer("write", sector, data.Length, default, data, default);
    }

    /// <summary>Without the feature the device has written what it says it has (5.2.6.2).</summary>
    public override void Flush()
    {
        CheckThere();
        if (Has(BlockFeatures.Flush))
            Execute("flush", 0, 0, static (queue, slot, _, _) => queue.StartFlush(slot));
    }

    public override void Discard(long sector, long count)
    {
        Check("discard", sector, count);
        CheckWritable("discard", sector, count);
        CheckThere();
        if (!CanDiscard)
            return;
        while (count > 0)
        {
            long part = Math.Min(count, _mostDiscardSectors);
            Execute("discard", sector, part, (queue, slot, from, length) =>
                queue.StartDiscard(slot, (ulong)(from * WirePerSector), (uint)(length * WirePerSector)));
            sector += part;
            count -= part;
        }
    }

    public void Dispose() => Device.Dispose();

    private bool Has(BlockFeatures feature) => Device.Has((ulong)feature);

    private int ReadSectorBytes()
    {
        if (!Has(BlockFeatures.BlockSize))
            return WireSectorBytes;
        uint bytes = Device.ReadConfiguration32(BlockSize);
        return BitOperations.IsPow2(bytes) && bytes is >= WireSectorBytes and <= LargestSectorBytes
            ? (int)bytes
            : throw Device.Broken($"has sectors of {bytes} bytes; 512 to 4096 can be used");
    }

    private bool IsLent(int bytes) => _canUseLent && bytes >= LeastLent;

    private BlockQueue QueueOfProcessor() => _queues[Device.Host.CurrentProcessor % _queues.Length];

    /// <summary>Reads into <paramref name="into"/>, writes <paramref name="from"/>, or does what the transfer of lent memory says.</summary>
    private void Transfer(string what, long sector, int length, Span<byte> into, ReadOnlySpan<byte> from, LentPieces lent)
    {
        BlockQueue queue = QueueOfProcessor();
        Span<int> slots = stackalloc int[PiecesInFlight];
        Span<BufferSegment> segments = lent.Exist ? new BufferSegment[LentSegments] : default;
        for (int done = 0; done < length;)
        {
            int taken = 0;
            int started = 0;
            try
            {
                int at = done;
                while (taken < PiecesInFlight && at < length && queue.TryTake(taken == 0, out slots[taken]))
                {
                    int slot = slots[taken++];
                    int piece = Math.Min(length - at, _longestPiece);
                    ulong place = (ulong)((sector + at / SectorBytes) * WirePerSector);
                    if (lent.Exist)
                        queue.StartLent(slot, lent.Type, place, segments[..lent.Cut(at, piece, segments)]);
                    else if (from.IsEmpty)
                        queue.StartRead(slot, place, piece);
                    else
                        queue.StartWrite(slot, place, from.Slice(at, piece));
                    started++;
                    at += piece;
                }
            }
            catch (DeviceException error) when (started == 0)
            {
                GiveAll(queue, slots[..taken]);
                throw Explain(error, what, sector, length / SectorBytes);
            }
            catch (DeviceException)
            {
                // What was started is waited for; the next round says what is wrong.
            }

            done = FinishPieces(queue, slots[..taken], started, what, sector, done, length, lent.Exist ? lent.Type == BlockRequestType.Read : from.IsEmpty, into);
        }
    }

    /// <summary>Waits for all pieces, also after an error: their memory is the device's until then. Returns how far the transfer has come.</summary>
    private int FinishPieces(BlockQueue queue, ReadOnlySpan<int> slots, int started, string what, long sector, int done, int length, bool isRead, Span<byte> into)
    {
        BlockDeviceException? failure = null;
        try
        {
            for (int i = 0; i < started; i++)
            {
                int piece = Math.Min(length - done, _longestPiece);
                failure ??= Finish(queue, slots[i], what, sector + done / SectorBytes, piece / SectorBytes, isRead ? piece : 0);
                if (failure is null && !into.IsEmpty)
                    queue.Content(slots[i], piece).CopyTo(into[done..]);
                done += piece;
            }
        }
        catch (DeviceException error)
        {
            failure = Explain(error, what, sector, length / SectorBytes);
        }
        finally
        {
            GiveAll(queue, slots);
        }

        return failure is null ? done : throw failure;
    }

    /// <summary>Waits for a request. Returns what is wrong with its outcome, or null.</summary>
    private BlockDeviceException? Finish(BlockQueue queue, int slot, string what, long sector, long count, int dataBytes)
    {
        byte status = queue.Finish(slot, out int written);
        string? reason = status switch
        {
            BlockQueue.Ok when written <= dataBytes => "the device has brought too little",
            BlockQueue.Ok => null,
            1 => "the device has an input or output error",
            2 => "the device does not know how",
            _ => $"the device answers with status {status}",
        };
        if (reason is null)
            return null;
        string sectors = count == 0 ? "" : $" of sectors {sector} to {sector + count - 1}";
        return new BlockDeviceException($"{Name}: {what}{sectors} failed: {reason}");
    }

    private void Execute(string what, long sector, long count, Action<BlockQueue, int, long, long> start)
    {
        BlockQueue queue = QueueOfProcessor();
        _ = queue.TryTake(wait: true, out int slot);
        try
        {
            start(queue, slot, sector, count);
            if (Finish(queue, slot, what, sector, count, 0) is { } failure)
                throw failure;
        }
        catch (DeviceException error)
        {
            throw Explain(error, what, sector, count);
        }
        finally
        {
            queue.Give(slot);
        }
    }

    /// <summary>A transfer of memory that a caller lends.</summary>
    private sealed class LentTransfer(VirtioBlock disk, string what, BlockRequestType type, long sector, int length) : LentMemory
    {
        public override void Use(ReadOnlySpan<DmaPiece> pieces)
        {
            try
            {
                disk.Transfer(what, sector, length, default, default, new LentPieces(type, pieces));
            }
            catch (Exception error) when (error is not BlockDeviceException || disk.Device.Failure is not null)
            {
                // Requests may be left behind: the device's reset ends them, whoever began it.
                disk.Device.Fail($"{disk.Name}: a {what} was broken off: {error.Message}");
                throw;
            }
        }
    }

    private static void GiveAll(BlockQueue queue, ReadOnlySpan<int> slots)
    {
        foreach (int slot in slots)
            queue.Give(slot);
    }

    private BlockDeviceException Explain(DeviceException error, string what, long sector, long count) =>
        new($"{what} of {count} sectors from {sector} failed: {error.Message}", Device.Failure is not null);

    private int SectorsOf(int bytes) =>
        bytes % SectorBytes == 0
            ? bytes / SectorBytes
            : throw new ArgumentException($"{Name}: {bytes} bytes are not whole sectors of {SectorBytes}");

    private void Check(string what, long sector, long count)
    {
        if (sector < 0 || count < 0 || sector > SectorCount || count > SectorCount - sector)
            throw new BlockDeviceException($"{Name}: {what} of {count} sectors from {sector} failed: the disk has {SectorCount}");
    }

    private void CheckThere()
    {
        if (Device.Failure is { } failure)
            throw new BlockDeviceException(failure, isGone: true);
    }

    private void CheckWritable(string what, long sector, long count)
    {
        if (IsReadOnly)
            throw new BlockDeviceException($"{Name}: {what} of {count} sectors from {sector} failed: the disk is read-only");
    }
}
