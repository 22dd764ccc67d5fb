using MicroLake.Replay.Prefetch;
using MicroLake.Replay.Reclaim;
using MicroLake.Replay.Report;
using Xunit;

namespace MicroLake.HostTests.Replay;

public sealed class PrefetchTests
{
    [Theory]
    [InlineData("none", 64, 0, 0)]
    // A miss at 0, 9, 18, ...: each brings 8 more.
    [InlineData("fixed", 8, 64, 56)]
    // Page 0 waits and brings 4, whose first use brings 8, then 16, and three times 32.
    [InlineData("doubling", 1, 124, 63)]
    // Pages 0, 1 and 2 wait; then four ahead at every page.
    [InlineData("stride", 3, 65, 61)]
    [InlineData("all-knowing", 1, 63, 63)]
    public void A_file_read_in_order(string policy, int misses, int ahead, int used)
    {
        ReplayReport report = Run([.. Enumerable.Range(0, 64)], 1000);
        Assert.Equal(misses, report.Number(policy, "misses"));
        Assert.Equal(ahead, report.Number(policy, "readAhead"));
        Assert.Equal(used, report.Number(policy, "used"));
        Assert.Equal(ahead - used, report.Number(policy, "wasted"));
    }

    [Fact]
    public void A_stride_is_found_and_reading_at_random_reads_nothing_ahead()
    {
        ReplayReport strides = Run([.. Enumerable.Range(0, 50).Select(i => 7 * i)], 1000);
        Assert.Equal(3, strides.Number("stride", "misses"));
        Assert.Equal(50, strides.Number("doubling", "misses"));
        Assert.Equal(0, strides.Number("doubling", "readAhead") - 4);
        Assert.True(strides.Number("fixed", "accuracy") < 0.2);
    }

    [Fact]
    public void Pages_that_leave_unused_are_wasted()
    {
        ReplayReport report = Run([10, 30, 50, 70], 4);
        Assert.Equal(4, report.Number("fixed", "misses"));
        Assert.Equal(12, report.Number("fixed", "wasted"));
    }

    private static ReplayReport Run(int[] pages, int capacity) =>
        PrefetchReplay.Run([.. pages.Select(p => new FilePage(0, p))], Capacity.OfObjects(capacity), null, TestContext.Current.CancellationToken);
}
