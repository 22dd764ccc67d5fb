using MicroLake.Nucleus.Paging;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Paging;

public sealed unsafe class SlotMapTests : IDisposable
{
    private const ulong Slots = 200;

    private readonly NativeBuffer _words = new(SlotMap.MapBytes(Slots));
    private SlotMap _map;

    public SlotMapTests() => _map.Initialize((ulong*)_words.Pointer, Slots);

    public void Dispose() => _words.Dispose();

    [Fact]
    public void Slots_are_given_out_in_rows_once_each_and_never_the_header()
    {
        var taken = new HashSet<ulong>();
        ulong count;
        while ((count = _map.Take(7, out ulong first)) != 0)
            for (ulong i = 0; i < count; i++)
                Assert.True(taken.Add(first + i));
        Assert.Equal((int)Slots - 1, taken.Count);
        Assert.DoesNotContain(0ul, taken);
        Assert.Equal(Slots - 1, _map.Used);
    }

    [Fact]
    public void A_row_ends_where_a_slot_is_taken_and_the_search_goes_round()
    {
        while (_map.Take(7, out _) != 0)
        {
        }

        Assert.True(_map.Give(5));
        Assert.True(_map.Give(6));
        Assert.True(_map.Give(8));
        Assert.Equal(2ul, _map.Take(7, out ulong first));
        Assert.Equal(5ul, first);
        Assert.Equal(1ul, _map.Take(7, out first));
        Assert.Equal(8ul, first);
        Assert.Equal(0ul, _map.Take(7, out _));
    }

    [Fact]
    public void A_slot_that_is_not_taken_cannot_be_given_back()
    {
        Assert.False(_map.Give(0));
        Assert.False(_map.Give(Slots));
        Assert.False(_map.Give(17));
        Assert.Equal(1ul, _map.Take(1, out ulong slot));
        Assert.True(_map.Give(slot));
        Assert.False(_map.Give(slot));
        Assert.Equal(0ul, _map.Used);
    }

    [Fact]
    public void Random_histories_agree_with_a_set()
    {
        var random = new Random(1);
        var taken = new HashSet<ulong>();
        for (int i = 0; i < 20_000; i++)
        {
            if (random.Next(3) == 0)
            {
                ulong slot = (ulong)random.Next((int)Slots + 2);
                Assert.Equal(taken.Remove(slot), _map.Give(slot));
                continue;
            }

            ulong count = _map.Take((ulong)random.Next(1, 9), out ulong first);
            Assert.Equal(count == 0, taken.Count == (int)Slots - 1);
            for (ulong s = first; s < first + count; s++)
                Assert.True(s != 0 && s < Slots && taken.Add(s));
            Assert.Equal((ulong)taken.Count, _map.Used);
        }
    }
}
