using System.Text;
using MicroLake.Nucleus.Diagnostics;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Diagnostics;

public sealed unsafe class KernelLogTests : IDisposable
{
    private const ulong Capacity = 64;

    private readonly NativeBuffer _buffer = new(Capacity);
    private KernelLog _log;

    public KernelLogTests() => Assert.True(_log.Initialize(_buffer.Pointer, Capacity));

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public void Bad_memory_is_refused()
    {
        KernelLog log = default;
        Assert.False(log.Initialize(null, 64));
        Assert.False(log.Initialize(_buffer.Pointer, 0));
        Assert.False(log.Initialize(_buffer.Pointer, 48));
    }

    [Fact]
    public void What_is_written_is_read_once()
    {
        _log.Write("hello"u8);
        ulong sequence = 0;
        Assert.Equal("hel", Read(ref sequence, 3, out ulong lost));
        Assert.Equal("lo", Read(ref sequence, 100, out lost));
        Assert.Equal("", Read(ref sequence, 100, out lost));
        Assert.Equal((5UL, 0UL), (sequence, lost));
        _log.Write("!"u8);
        Assert.Equal("!", Read(ref sequence, 100, out _));
    }

    [Fact]
    public void A_slow_reader_learns_how_much_it_missed()
    {
        byte[] all = [.. Enumerable.Range(0, 150).Select(i => (byte)i)];
        _log.Write(all);
        ulong sequence = 10;
        byte[] target = new byte[200];
        fixed (byte* bytes = target)
            Assert.Equal(64UL, _log.Read(ref sequence, bytes, 200, out ulong lost));
        Assert.Equal(all[86..], target[..64]);
        Assert.Equal((86UL, 150UL, 150UL), (_log.FirstSequence, _log.NextSequence, sequence));
    }

    [Fact]
    public void A_position_from_the_future_reads_nothing()
    {
        _log.Write("abc"u8);
        ulong sequence = ulong.MaxValue;
        Assert.Equal("", Read(ref sequence, 10, out ulong lost));
        Assert.Equal((3UL, 0UL), (sequence, lost));
    }

    [Fact]
    public void Listing_begins_with_a_whole_line()
    {
        Assert.Equal(0UL, _log.FirstLineSequence());
        _log.Write("first\n"u8);
        Assert.Equal(0UL, _log.FirstLineSequence());
        _log.Write(Encoding.ASCII.GetBytes(new string('x', 60) + "\nlast\n"));
        ulong sequence = _log.FirstLineSequence();
        Assert.Equal("last\n", Read(ref sequence, 100, out _));
        _log.Write(Encoding.ASCII.GetBytes(new string('y', 100)));
        Assert.Equal(_log.FirstSequence, _log.FirstLineSequence());
    }

    [Fact]
    public void The_formatter_writes_into_the_log()
    {
        TextFormatter formatter = default;
        fixed (KernelLog* log = &_log)
        {
            formatter.Initialize(&KernelLog.Sink, log);
            formatter.Write("cpu "u8);
            formatter.WriteDecimal(12);
        }
        ulong sequence = 0;
        Assert.Equal("cpu 12", Read(ref sequence, 100, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_use_agrees_with_a_list(int seed)
    {
        var random = new Random(seed);
        var all = new List<byte>();
        ulong position = 0;
        for (int step = 0; step < 5000; step++)
        {
            if (random.Next(2) == 0)
            {
                byte[] bytes = new byte[random.Next(random.Next(10) == 0 ? 200 : 20)];
                random.NextBytes(bytes);
                _log.Write(bytes);
                all.AddRange(bytes);
                continue;
            }
            int most = random.Next(50);
            int first = Math.Max((int)position, Math.Max(0, all.Count - (int)Capacity));
            int count = Math.Min(most, all.Count - first);
            byte[] target = new byte[most + 1];
            ulong before = position;
            fixed (byte* bytes = target)
            {
                Assert.Equal((ulong)count, _log.Read(ref position, bytes, (ulong)most, out ulong lost));
                Assert.Equal((ulong)first - before, lost);
            }
            Assert.Equal(all.GetRange(first, count), target[..count]);
            Assert.Equal((ulong)(first + count), position);
        }
    }

    private string Read(ref ulong sequence, ulong most, out ulong lost)
    {
        byte[] target = new byte[most];
        fixed (byte* bytes = target)
            return Encoding.ASCII.GetString(target, 0, (int)_log.Read(ref sequence, bytes, most, out lost));
    }
}
