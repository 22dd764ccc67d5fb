using MicroLake.Nucleus.Scheduling;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Scheduling;

public sealed class ProcessorQuotaTests
{
    private const ulong Turn = 4_000_000;

    /// <summary>Threads that run whenever they may, in turns; the share that they get.</summary>
    [Theory]
    [InlineData(1u, 1)]
    [InlineData(25u, 1)]
    [InlineData(25u, 4)]
    [InlineData(90u, 1)]
    [InlineData(150u, 2)]
    [InlineData(150u, 8)]
    public void What_is_run_is_the_share(uint percent, int processors)
    {
        var quota = new ProcessorQuota { Percent = percent };
        const ulong Long = 20_000_000_000;
        ulong now = 1_000_000_000, end = now + Long, ran = 0;
        while (now < end)
        {
            now += Turn;
            for (int i = 0; i < processors; i++)
            {
                quota.Charge(Turn, now);
                ran += Turn;
            }

            ulong until = quota.WaitUntil(now);
            now = until == 0 ? now : until;
        }

        Assert.InRange(ran * 100.0 / (now - (end - Long)), percent * 0.97, percent * 1.03);
    }

    [Fact]
    public void Who_uses_less_never_waits()
    {
        var quota = new ProcessorQuota { Percent = 50 };
        for (ulong now = 1_000_000_000; now < 3_000_000_000; now += 10_000_000)
        {
            quota.Charge(4_900_000, now);
            Assert.Equal(0u, quota.WaitUntil(now));
        }
    }

    [Fact]
    public void Time_that_was_not_used_is_not_saved_up()
    {
        var quota = new ProcessorQuota { Percent = 10 };
        quota.Charge(Turn, 1_000_000_000);
        ulong late = 100_000_000_000;
        quota.Charge(Turn, late);
        Assert.Equal(late - Turn + (10 * Turn), quota.WaitUntil(late));
    }
}
