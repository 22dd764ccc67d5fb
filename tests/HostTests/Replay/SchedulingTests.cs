using MicroLake.Nn;
using MicroLake.Nn.Training;
using MicroLake.Replay;
using MicroLake.Replay.Report;
using MicroLake.Replay.Scheduling;
using Xunit;

namespace MicroLake.HostTests.Replay;

/// <summary>Job logs short enough to follow by hand.</summary>
public sealed class SchedulingTests
{
    /// <summary>Run times 8, 4, 2 and 1, submitted at 0, 1, 2 and 3.</summary>
    private static readonly Job[] s_four = [Of(0, 8), Of(1, 4), Of(2, 2), Of(3, 1)];

    [Fact]
    public void First_come_first_served() => Assert.Equal([8, 12, 14, 15], Ends(1, new FirstComeRanking()));

    [Fact]
    public void Shortest_job_first_runs_to_the_end() => Assert.Equal([8, 15, 11, 9], Ends(1, new ShortestJobRanking(s_four)));

    [Fact]
    public void Shortest_remaining_time_interrupts()
    {
        // 0..1 the first, 1..2 the second, 2..4 the third, 4..5 the fourth, 5..8 the second again, 8..15 the first again.
        Assert.Equal([15, 8, 4, 5], Ends(1, new ShortestRemainingRanking(s_four)));
    }

    [Fact]
    public void Two_servers() => Assert.Equal([8, 5, 7, 8], Ends(2, new FirstComeRanking()));

    [Fact]
    public void Fair_shares()
    {
        // Two jobs of 2 at 0 and 1: alone until 1, halves until both have 1 left... the first ends at 3, the second at 4.
        Assert.Equal([3, 4], ServerSimulation.RunFair([Of(0, 2), Of(1, 2)], 1));
        // Three equal jobs on two servers get two thirds each.
        Assert.Equal([3, 3, 3], ServerSimulation.RunFair([Of(0, 2), Of(0, 2), Of(0, 2)], 2));
        Assert.Equal([2, 2], ServerSimulation.RunFair([Of(0, 2), Of(0, 2)], 2));
    }

    [Fact]
    public void Turnaround_figures()
    {
        var turnaround = new Turnaround(s_four, [8, 12, 14, 15]);
        Assert.Equal((8 + 11 + 12 + 12) / 4.0, turnaround.Mean);
        Assert.Equal(11, turnaround.Median);
        Assert.Equal(12, turnaround.Percentile99);
        Assert.Equal(11, turnaround.GreatestWait);
        Assert.Equal((1 + 1.1 + 1.2 + 1.2) / 4, turnaround.BoundedSlowdown, 1e-12);
    }

    [Fact]
    public void Load_draws_arrivals_apart_or_together()
    {
        JobLog log = JobLog.Of(s_four);
        Assert.Equal(15 / 3.0, log.LoadOn(1));
        JobLog scaled = log.Scaled(2, 0.5);
        Assert.Equal(0.5, scaled.LoadOn(2), 1e-12);
        Assert.Equal([0, 5, 10, 15], scaled.Jobs.Select(j => j.Submit));
        Assert.Throws<ReplayException>(() => JobLog.Of([Of(3, 1), Of(3, 2)]).Scaled(1, 0.5));
    }

    [Fact]
    public void The_guard_bounds_a_wait_that_the_ranking_would_make_endless()
    {
        // A long job, and short ones that leave no room for it: the guard's sixteenth of the time lets it end.
        Job[] jobs = [Of(0, 10), .. Enumerable.Range(0, 1000).Select(i => Of(i, 1))];
        double[] pure = ServerSimulation.Run(jobs, 1, new ShortestRemainingRanking(jobs), TestContext.Current.CancellationToken);
        double[] guarded = ServerSimulation.Run(jobs, 1, new GuardedShortestRemaining(jobs), TestContext.Current.CancellationToken);
        Assert.True(pure[0] > 1000);
        Assert.InRange(guarded[0], 10, 16 * 10);
    }

    [Fact]
    public void All_work_is_done_whatever_the_ranking()
    {
        OnnxModel model = SmallModel();
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            JobLog log = JobLog.Of([.. Enumerable.Range(0, 200).Select(_ => new Job { Submit = random.Next(300), RunTime = random.Next(4) == 0 ? 0 : random.NextDouble() * 10, User = random.Next(4), RequestedTime = random.Next(20) })]);
            int servers = 1 + random.Next(5);
            ReplayReport report = SchedulingReplay.Run(log, servers, null, model, TestContext.Current.CancellationToken);
            double best = report.Number("srpt", "meanTurnaround"), work = log.Jobs.Average(j => j.RunTime);
            foreach (PolicyName policy in SchedulingReplay.Policies)
            {
                double mean = report.Number(policy.Name, "meanTurnaround");
                Assert.True(double.IsFinite(mean) && mean >= work - 1e-9, policy.Name);
                if (servers == 1)
                    Assert.True(mean >= best - 1e-9, policy.Name);
            }
        }
    }

    internal static OnnxModel SmallModel() =>
        OnnxModel.Load(OnnxWriter.Write(DenseNetwork.Create([RunTimeFeatures.Count, 4, 1], Activation.Relu, Activation.Identity, new(3)), "small", []));

    private static Job Of(double submit, double run) => new() { Submit = submit, RunTime = run };

    private static double[] Ends(int servers, Ranking ranking) => ServerSimulation.Run(s_four, servers, ranking, TestContext.Current.CancellationToken);

    private sealed class GuardedShortestRemaining(Job[] jobs) : Ranking
    {
        public override bool Preempts => true;

        public override bool Guarded => true;

        public override double Key(int job, double attained) => jobs[job].RunTime - attained;
    }
}
