using MicroLake.Nucleus.Memory;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Memory;

public sealed class StackCacheTests
{
    private const ulong Small = 0x1_0000, Large = 0x10_0000;

    private StackCache _cache;

    [Fact]
    public void A_stack_is_taken_once_and_only_by_its_length()
    {
        Assert.True(Put(1, Small, out _));
        Assert.Null(Take(Large));
        Assert.Equal(1UL, Take(Small));
        Assert.Null(Take(Small));
    }

    [Fact]
    public void Any_length_is_taken_by_who_asks_for_none()
    {
        Assert.True(Put(1, Large, out _));
        Assert.Equal(1UL, Take(0));
        Assert.Null(Take(0));
    }

    [Fact]
    public void Lengths_that_nobody_asks_for_any_more_make_room_for_others()
    {
        for (ulong i = 1; i <= StackCache.Capacity; i++)
            Assert.True(Put(i, Small, out _));
        for (ulong i = 1; i <= StackCache.Capacity; i++)
        {
            Assert.False(Put(100 + i, Large, out (ulong Start, ulong Length) gone));
            Assert.Equal((i, Small), gone);
        }

        Assert.Null(Take(Small));
        for (ulong i = 1; i <= StackCache.Capacity; i++)
            Assert.Equal(100 + i, Take(Large));
    }

    private bool Put(ulong start, ulong length, out (ulong Start, ulong Length) gone)
    {
        bool isRoom = _cache.Put(ref start, ref length);
        gone = (start, length);
        return isRoom;
    }

    private ulong? Take(ulong length) => _cache.TryTake(ref length, out ulong start) ? start : null;
}
