using MicroLake.Abi;
using MicroLake.Nucleus.Tracing;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Tracing;

public sealed unsafe class TraceRingTests : IDisposable
{
    private const ulong Capacity = 16;

    private readonly NativeBuffer _memory = new(Capacity * TraceRecord.Bytes, fill: 0);
    private TraceRing _ring;

    public TraceRingTests() => Assert.True(_ring.Initialize((TraceRecord*)_memory.Pointer, Capacity));

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void A_record_is_a_cache_line()
    {
        Assert.Equal(64, sizeof(TraceRecord));
        TraceRecord record;
        Assert.Equal(24, (byte*)&record.A - (byte*)&record);
        Assert.Equal((nint)(&record.A), (nint)record.Text);
    }

    [Fact]
    public void Bad_memory_is_refused()
    {
        TraceRing ring = default;
        Assert.False(ring.Initialize(null, 16));
        Assert.False(ring.Initialize((TraceRecord*)_memory.Pointer, 0));
        Assert.False(ring.Initialize((TraceRecord*)_memory.Pointer, 12));
        ulong position = 5;
        TraceRecord record;
        Assert.Equal(0, ring.Read(ref position, &record, 1));
    }

    [Fact]
    public void A_record_comes_out_as_it_went_in()
    {
        TraceRecord* record = _ring.Begin(TraceEventKind.Fault, 14, 7, 123);
        (record->A, record->B, record->C) = (1, 2, ulong.MaxValue);
        _ring.Commit(record);
        TraceRecord read = Assert.Single(ReadAll(0, out _));
        Assert.Equal((1UL, 123UL, TraceEventKind.Fault, (ushort)14, 7U), (read.Sequence, read.Time, read.Kind, read.Detail, read.Thread));
        Assert.Equal((1UL, 2UL, ulong.MaxValue), (read.A, read.B, read.C));
    }

    [Fact]
    public void A_record_that_is_being_written_is_not_read()
    {
        for (ulong i = 0; i < Capacity; i++)
            Append(i);
        _ = _ring.Begin(TraceEventKind.Mark, 0, 0, 0);
        List<TraceRecord> records = ReadAll(0, out _);
        Assert.Equal(Enumerable.Range(2, (int)Capacity - 1), records.Select(r => (int)r.Sequence));
    }

    [Fact]
    public void Writers_and_readers_at_any_pace_agree_with_a_list()
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            new Span<byte>(_memory.Pointer, (int)_memory.Length).Clear();
            Assert.True(_ring.Initialize((TraceRecord*)_memory.Pointer, Capacity));
            var random = new Random(seed);
            var model = new List<ulong>();
            ulong position = 0;
            for (int step = 0; step < 200; step++)
            {
                if (random.Next(3) > 0)
                {
                    ulong value = (ulong)random.NextInt64();
                    Append(value);
                    model.Add(value);
                }
                else
                {
                    int most = random.Next(1, 40);
                    int oldest = Math.Max(0, model.Count - (int)Capacity), from = Math.Max((int)position, oldest);
                    List<TraceRecord> records = Read(ref position, most);
                    Assert.Equal(model.Skip(from).Take(most), records.Select(r => r.A));
                    Assert.Equal(Enumerable.Range(from + 1, records.Count), records.Select(r => (int)r.Sequence));
                    Assert.Equal((ulong)(from + records.Count), position);
                }

                Assert.Equal((ulong)model.Count, _ring.Written);
                Assert.Equal((ulong)Math.Max(0, model.Count - (int)Capacity), _ring.Dropped);
            }
        }
    }

    [Fact]
    public void A_reader_beside_the_writer_sees_whole_records_in_order()
    {
        const ulong total = 300_000;
        var writer = new Thread(() =>
        {
            for (ulong i = 1; i <= total; i++)
                Append(i * 0x0101010101UL);
        });
        writer.Start();
        ulong position = 0, last = 0;
        while (last < total)
        {
            foreach (TraceRecord r in Read(ref position, 8))
            {
                Assert.True(r.Sequence > last, $"{r.Sequence} comes after {last}");
                ulong value = r.Sequence * 0x0101010101UL;
                Assert.Equal((value, value, ~value, value), (r.Time, r.A, r.B, r.C));
                last = r.Sequence;
            }
        }

        writer.Join();
    }

    private void Append(ulong value)
    {
        TraceRecord* record = _ring.Begin(TraceEventKind.Mark, 0, 0, value);
        Volatile.Write(ref record->A, value);
        Volatile.Write(ref record->B, ~value);
        Volatile.Write(ref record->C, value);
        _ring.Commit(record);
    }

    private List<TraceRecord> ReadAll(ulong position, out ulong next)
    {
        next = position;
        return Read(ref next, 100);
    }

    private List<TraceRecord> Read(ref ulong position, int most)
    {
        var target = new TraceRecord[most];
        int count;
        fixed (TraceRecord* start = target)
            count = _ring.Read(ref position, start, most);
        return [.. target[..count]];
    }
}
