using System.Runtime.InteropServices;
using MicroLake.Policies;
using MicroLake.Policies.Maps;
using Xunit;

namespace MicroLake.HostTests.Policies;

public sealed unsafe class MapTests
{
    [Fact]
    public void A_hash_map_equals_a_dictionary_under_random_operations()
    {
        using PolicyMap map = Make(new("m", MapKind.Hash, 4, 8, 50));
        var expected = new Dictionary<int, long>();
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            int key = random.Next(80);
            byte[] k = BitConverter.GetBytes(key), v = new byte[8];
            switch (random.Next(3))
            {
                case 0:
                    long value = random.NextInt64();
                    bool fits = expected.ContainsKey(key) || expected.Count < 50;
                    Assert.Equal(fits, map.TrySet(k, BitConverter.GetBytes(value)));
                    if (fits)
                        expected[key] = value;
                    break;
                case 1:
                    Assert.Equal(expected.Remove(key), map.TryDelete(k));
                    break;
                default:
                    Assert.Equal(expected.TryGetValue(key, out long there), map.TryGet(k, v));
                    Assert.Equal(there, BitConverter.ToInt64(v));
                    break;
            }

            Assert.Equal(expected.Count, map.Count);
        }

        Assert.Equal(
            expected.OrderBy(e => e.Key).Select(e => (e.Key, e.Value)),
            map.Entries().Select(e => (BitConverter.ToInt32(e.Key), BitConverter.ToInt64(e.Value))).OrderBy(e => e.Item1));
    }

    [Fact]
    public void A_ring_buffer_gives_records_in_order_and_counts_those_without_room()
    {
        using PolicyMap map = Make(new("ring", MapKind.RingBuffer, 0, 0, 4096));
        var expected = new Queue<string>();
        var random = new Random(2);
        ulong dropped = 0;
        for (int i = 0; i < 20_000; i++)
        {
            if (random.Next(2) == 0)
            {
                var record = new byte[1 + random.Next(300)];
                random.NextBytes(record);
                fixed (byte* r = record)
                {
                    if (MapOperations.Output(map.Header, r, (ulong)record.Length) == 0)
                        expected.Enqueue(Convert.ToHexString(record));
                    else
                        dropped++;
                }
            }
            else
            {
                Assert.Equal(expected.TryDequeue(out string? wanted), map.TryRead(out byte[] got));
                Assert.Equal(wanted ?? "", Convert.ToHexString(got));
            }
        }

        Assert.Equal(dropped, map.Dropped);
        Assert.NotEqual(0ul, dropped);
    }

    [Fact]
    public void Records_of_several_writers_arrive_whole()
    {
        const int Writers = 3, Each = 3_000;
        using PolicyMap map = Make(new("ring", MapKind.RingBuffer, 0, 0, 65_536));
        Thread[] writers = [.. Enumerable.Range(0, Writers).Select(w => new Thread(() => Write(map, w, Each)))];
        foreach (Thread writer in writers)
            writer.Start();
        var next = new int[Writers];
        int left = Writers * Each;
        while (left > 0)
        {
            if (!map.TryRead(out byte[] record))
            {
                Thread.Yield();
                continue;
            }

            int from = record[0], number = BitConverter.ToInt32(record, 1);
            Assert.Equal(next[from]++, number);
            Assert.All(record[5..], b => Assert.Equal((byte)number, b));
            left--;
        }

        foreach (Thread writer in writers)
            writer.Join();
    }

    [Fact]
    public void Each_processor_has_its_own_values()
    {
        using PolicyMap map = Make(new("own", MapKind.PerProcessorArray, 4, 8, 2));
        byte[] key = BitConverter.GetBytes(1), value = new byte[8];
        for (uint p = 0; p < 2; p++)
        {
            s_processor = p;
            Assert.True(map.TrySet(key, BitConverter.GetBytes(100L + p)));
        }

        for (uint p = 0; p < 2; p++)
        {
            s_processor = p;
            Assert.True(map.TryGet(key, value));
            Assert.Equal(100L + p, BitConverter.ToInt64(value));
        }

        s_processor = 0;
    }

    [Theory]
    [InlineData(9, 4, 8, 1, "no map kind 9")]
    [InlineData(2, 8, 8, 1, "a key has 4 bytes, not 8")]
    [InlineData(1, 0, 8, 1, "a key has 1 to 256 bytes")]
    [InlineData(2, 4, 0, 1, "a value has 1 to 65536 bytes")]
    [InlineData(2, 4, 8, 0, "at least 1 is needed")]
    [InlineData(2, 4, 8, int.MaxValue, "larger than 64 MiB")]
    [InlineData(27, 0, 0, 5000, "a power of two")]
    [InlineData(27, 4, 0, 4096, "neither keys nor values")]
    public void A_map_that_cannot_be_is_refused(int kind, int keyBytes, int valueBytes, int entries, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<PolicyFormatException>(() => Make(new("m", (MapKind)kind, keyBytes, valueBytes, entries))).Message, StringComparison.Ordinal);

    private static void Write(PolicyMap map, int writer, int count)
    {
        byte* record = stackalloc byte[64];
        for (int i = 0; i < count; i++)
        {
            int length = 5 + i % 50;
            record[0] = (byte)writer;
            *(int*)(record + 1) = i;
            new Span<byte>(record + 5, length - 5).Fill((byte)i);
            while (MapOperations.Output(map.Header, record, (ulong)length) != 0)
                Thread.Yield();
        }
    }

    private static PolicyMap Make(MapDefinition definition) => PolicyMap.Create(definition, 2, (nint)(delegate* unmanaged<uint>)&Processor);

    private static uint s_processor;

    [UnmanagedCallersOnly]
    private static uint Processor() => s_processor;
}
