using MicroLake.Nn.Training;
using MicroLake.Replay.Report;
using MicroLake.Replay.Models;
using MicroLake.Replay.Scheduling;
using Xunit;

namespace MicroLake.HostTests.Replay;

public sealed class RunTimeDistributionTests
{
    [Fact]
    public void Who_has_outlived_the_short_jobs_goes_behind_those_that_may_be_short()
    {
        var distribution = new RunTimeDistribution();
        for (int i = 0; i < 100; i++)
        {
            distribution.Learn(1);
            distribution.Learn(1000);
        }

        Assert.InRange(distribution.Index(0), 1, 5);
        Assert.InRange(distribution.Index(4), 400, 1200);
        // Whoever has nearly run for the longer time is as good as done.
        Assert.True(distribution.Index(1000) < distribution.Index(10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-300)]
    [InlineData(3)]
    [InlineData(1e11)]
    [InlineData(1e300)]
    public void The_next_change_comes_later_and_every_index_is_a_time(double attained)
    {
        var distribution = new RunTimeDistribution();
        distribution.Learn(5);
        Assert.True(RunTimeDistribution.NextChange(attained) > attained);
        Assert.True(double.IsFinite(distribution.Index(attained)) && distribution.Index(attained) >= 0);
    }

    [Fact]
    public void Jobs_of_which_nothing_is_known_end_sooner_than_with_fair_shares()
    {
        var random = new SeededRandom(5);
        var jobs = new List<Job>();
        for (int i = 0; i < 4000; i++)
            jobs.Add(new() { Submit = i, RunTime = random.Chance(0.8) ? 0.2 + random.NextDouble() : 20 + 40 * random.NextDouble() });
        Assert.True(jobs[0].IsAnybodys);
        JobLog log = JobLog.Of(jobs).Scaled(4, 0.85);
        ReplayReport report = SchedulingReplay.Run(log, 4, null, ShippedModel.Load(SchedulingReplay.Module), TestContext.Current.CancellationToken);
        Assert.True(report.Number(SchedulingReplay.Module, "gapClosedToSrpt") > 0.15, $"{report.Number(SchedulingReplay.Module, "gapClosedToSrpt")}");
    }
}
