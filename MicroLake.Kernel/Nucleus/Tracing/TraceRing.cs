using System.Threading;
using MicroLake.Abi;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Tracing;

/// <summary>
/// The last events of one processor. One writer, the processor itself with interrupts off, which never waits; any number of readers on any
/// processor, which see each record whole or not at all.
/// </summary>
/// <remarks>
/// A record's sequence number is its lock (as in a sequence lock: 0, fields, number), and the only shared state but for the count of records
/// written. All stores to a record are volatile, so that none passes another; x86 keeps the order of stores, and of loads, by itself (Intel SDM
/// volume 3, 9.2.2).
/// </remarks>
public unsafe struct TraceRing
{
    private TraceRecord* _records;
    private ulong _capacity;
    private ulong _written;

    /// <summary>Records that fit; 0 before <see cref="Initialize"/>.</summary>
    public readonly ulong Capacity => _capacity;

    /// <summary>Records ever written.</summary>
    public ulong Written => Volatile.Read(ref _written);

    /// <summary>Records that younger ones have overwritten.</summary>
    public ulong Dropped
    {
        get
        {
            ulong written = Written;
            return written > _capacity ? written - _capacity : 0;
        }
    }

    /// <summary>The memory given to <see cref="Initialize"/>.</summary>
    public readonly TraceRecord* Records => _records;

    /// <summary>Starts empty.</summary>
    /// <param name="records">Memory for the records, all zeros.</param>
    /// <param name="capacity">How many, a power of two.</param>
    /// <returns>False when the memory is null or the capacity no power of two.</returns>
    public bool Initialize(TraceRecord* records, ulong capacity)
    {
        if (records is null || capacity == 0 || (capacity & (capacity - 1)) != 0)
            return false;
        _records = records;
        _capacity = capacity;
        Volatile.Write(ref _written, 0);
        return true;
    }

    /// <summary>Forgets the memory.</summary>
    public void Clear()
    {
        _records = null;
        _capacity = 0;
        _written = 0;
    }

    /// <summary>Begins the next record, over the oldest one. Its other fields are the caller's to write, by volatile stores.</summary>
    public readonly TraceRecord* Begin(TraceEventKind kind, ushort detail, uint thread, ulong time)
    {
        TraceRecord* record = _records + (_written & (_capacity - 1));
        Volatile.Write(ref record->Sequence, 0);
        Volatile.Write(ref record->Time, time);
        Volatile.Write(ref *(uint*)&record->Kind, (uint)kind | (uint)detail << 16);
        Volatile.Write(ref record->Thread, thread);
        return record;
    }

    /// <summary>Ends the record that <see cref="Begin"/> began.</summary>
    public void Commit(TraceRecord* record)
    {
        ulong sequence = _written + 1;
        Volatile.Write(ref record->Sequence, sequence);
        Volatile.Write(ref _written, sequence);
    }

    /// <summary>Copies records from a position on, oldest first, and moves the position behind them.</summary>
    /// <param name="position">Number of records to skip; moved past those that are lost, too.</param>
    /// <param name="target">Room for <paramref name="count"/> records.</param>
    /// <param name="count">Most records to copy.</param>
    /// <returns>Records copied; 0 when there is no younger one.</returns>
    public int Read(ref ulong position, TraceRecord* target, int count)
    {
        ulong written = Written;
        ulong oldest = written > _capacity ? written - _capacity : 0;
        if (position < oldest)
            position = oldest;
        int copied = 0;
        for (; copied < count && position < written; position++)
        {
            TraceRecord* record = _records + (position & (_capacity - 1));
            if (Volatile.Read(ref record->Sequence) != position + 1)
                continue;
            RawMemory.CopyQuads(target + copied, record, TraceRecord.Bytes);
            Interlocked.MemoryBarrier();
            // The writer came round while it was copied.
            if (Volatile.Read(ref record->Sequence) == position + 1)
                copied++;
        }

        return copied;
    }
}
