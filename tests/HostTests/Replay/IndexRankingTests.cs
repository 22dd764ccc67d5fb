using MicroLake.Nn.Training;
using MicroLake.Replay.Models;
using MicroLake.Replay.Report;
using MicroLake.Replay.Scheduling;
using Xunit;

namespace MicroLake.HostTests.Replay;

/// <summary>Jobs ordered by the distribution of how long they may run.</summary>
public sealed class IndexRankingTests
{
    private const string Hindsight = "gittins-hindsight";

    [Fact]
    public void Who_has_outlived_the_short_jobs_goes_behind_those_that_may_be_short()
    {
        double[] chances = new double[RunTimeClasses.Count];
        chances[RunTimeClasses.Of(1)] = chances[RunTimeClasses.Of(1000)] = 0.5;
        Assert.InRange(Index(0), 1, 5);
        Assert.InRange(Index(4), 900, 1200);
        // Whoever has nearly run for the longer time is as good as done.
        Assert.True(Index(1000) < Index(2));

        double Index(double attained) => GittinsIndex.Of(chances, attained > 0 ? RunTimeClasses.Of(attained) : 0);
    }

    [Fact]
    public void A_sure_run_time_is_the_time_left()
    {
        double[] chances = new double[RunTimeClasses.Count];
        chances[RunTimeClasses.Of(100)] = 1;
        Assert.Equal(100, GittinsIndex.Of(chances, 0), 10.0);
        Assert.Equal(100 - 64, GittinsIndex.Of(chances, RunTimeClasses.Of(64)), 10.0);
        Assert.Equal(RunTimeClasses.Start(RunTimeClasses.Of(500)), GittinsIndex.Of(chances, RunTimeClasses.Of(500)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-300, 0)]
    [InlineData(1, 40)]
    [InlineData(1.18, 40)]
    [InlineData(1.19, 41)]
    [InlineData(1e300, 255)]
    public void A_run_time_has_one_class(double seconds, int expected)
    {
        Assert.Equal(expected, RunTimeClasses.Of(seconds));
        Assert.True(RunTimeClasses.Start(expected) <= Math.Max(seconds, RunTimeClasses.Start(0)));
        Assert.True(expected == RunTimeClasses.Count - 1 || seconds < RunTimeClasses.Start(expected + 1));
    }

    [Fact]
    public void Older_jobs_fade_and_shares_stay_a_whole()
    {
        var histogram = new RunTimeHistogram(0.5);
        for (int i = 0; i < 2000; i++)
            histogram.Add(7);
        Assert.Equal(2, histogram.Jobs, 1e-9);
        histogram.Add(3);
        Assert.Equal(1, histogram[3], 1e-9);
        Assert.Equal(1, histogram[7], 1e-9);
        Assert.Equal(0, histogram[5]);
        double[] chances = new double[RunTimeClasses.Count];
        histogram.AddShares(chances, 1);
        Assert.Equal(1, chances.Sum(), 1e-9);
    }

    [Fact]
    public void What_predictions_were_wrong_by_is_expected_of_the_next()
    {
        var errors = new PredictionErrors();
        // 2^5 s was predicted, and it was a quarter of that or sixteen times as much.
        for (int i = 0; i < 400; i++)
            errors.Learn(5, 6, i % 2 == 0 ? 8.5 : 530);
        double[] chances = new double[RunTimeClasses.Count];
        errors.AddChances(3, 6, chances, 1);
        Assert.Equal(1, chances.Sum(), 1e-9);
        // Of a prediction of 2^3 s: nothing beyond what occurred, so a quarter is as good as out of the question.
        Assert.True(chances[RunTimeClasses.Of(132)] > 0.9, $"{chances[RunTimeClasses.Of(132)]}");
    }

    [Fact]
    public void Jobs_of_which_nothing_is_known_end_sooner_than_with_fair_shares()
    {
        var random = new SeededRandom(5);
        var jobs = new List<Job>();
        for (int i = 0; i < 4000; i++)
            jobs.Add(new() { Submit = i, RunTime = random.Chance(0.8) ? 0.2 + random.NextDouble() : 20 + 40 * random.NextDouble() });
        Assert.True(jobs[0].IsAnybodys);
        ReplayReport report = Replay(jobs, 4);
        Assert.True(Gap(report, SchedulingReplay.Module) > 0.15, $"{Gap(report, SchedulingReplay.Module)}");
    }

    [Fact]
    public void The_number_of_processors_tells_jobs_apart_of_which_nothing_else_is_known()
    {
        var random = new SeededRandom(6);
        var jobs = new List<Job>();
        for (int i = 0; i < 3000; i++)
        {
            bool wide = random.Chance(0.3);
            jobs.Add(new() { Submit = i, RunTime = (wide ? 30 : 3) * (1 + random.NextDouble()), Processors = wide ? 64 : 1 });
        }

        ReplayReport report = Replay(jobs, 4);
        Assert.True(Gap(report, SchedulingReplay.Module) > 0.6, $"{Gap(report, SchedulingReplay.Module)}");
    }

    [Fact]
    public void A_mixture_knows_of_few_jobs_how_likely_the_next_are()
    {
        var random = new SeededRandom(9);
        var all = new RunTimeHistogram(1);
        var kinds = new Dictionary<long, JobKind>();
        for (int i = 0; i < 300; i++)
        {
            (int kind, int runTimeClass) = TwoPeaks(random);
            if (!kinds.TryGetValue(kind, out JobKind? of))
                kinds.Add(kind, of = new(1));
            of.Ended.Add(runTimeClass);
            all.Add(runTimeClass);
        }

        var mixture = new RunTimeMixture();
        for (int i = 0; i < 20; i++)
            mixture.Fit(kinds, all);
        foreach (JobKind kind in kinds.Values)
            Assert.Equal(1, Enumerable.Range(0, RunTimeClasses.Count).Sum(c => mixture.Chance(kind, c)), 1e-6);
        double foretold = 0, counted = 0;
        for (int i = 0; i < 3000; i++)
        {
            (int kind, int runTimeClass) = TwoPeaks(random);
            foretold += Math.Log2(mixture.Chance(kinds[kind], runTimeClass));
            counted += Math.Log2((kinds[kind].Ended[runTimeClass] + 8 * all[runTimeClass] / all.Jobs + 0.01) / (kinds[kind].Ended.Jobs + 10.56));
        }

        Assert.True(foretold - counted > 0.05 * 3000, $"{foretold} bits, by counting {counted}");
    }

    [Fact]
    public void Kinds_that_were_never_seen_are_like_all()
    {
        var kinds = new JobKinds();
        var random = new SeededRandom(10);
        for (int i = 0; i < 1000; i++)
            kinds.Learn(new() { Submit = 0, RunTime = RunTimeClasses.Start(TwoPeaks(random).Class), Processors = 4 });
        foreach (int processors in new[] { 1, 4, 4096 })
        {
            double[] chances = new double[RunTimeClasses.Count];
            kinds.AddChances(new() { Submit = 0, RunTime = 0, Processors = processors }, chances);
            Assert.InRange(chances.Sum(), 0.97, 1 + 1e-6);
        }
    }

    [Fact]
    public void Run_times_of_no_smooth_form_are_counted()
    {
        var kinds = new JobKinds();
        var random = new SeededRandom(11);
        int[] spikes = [40, 43, 57, 60, 74, 77];
        for (int i = 0; i < 1000; i++)
            kinds.Learn(new() { Submit = 0, RunTime = RunTimeClasses.Start(spikes[random.Next(spikes.Length)]) });
        double[] chances = new double[RunTimeClasses.Count];
        kinds.AddChances(new() { Submit = 0, RunTime = 0 }, chances);
        Assert.All(spikes, s => Assert.InRange(chances[s], 0.1, 0.24));
        Assert.Equal(1, spikes.Sum(s => chances[s]), 1e-9);
    }

    [Fact]
    public void Smooth_run_times_are_foretold_by_the_mixture()
    {
        var kinds = new JobKinds();
        var random = new SeededRandom(12);
        for (int i = 0; i < 500; i++)
            kinds.Learn(new() { Submit = 0, RunTime = RunTimeClasses.Start(TwoPeaks(random).Class) });
        double[] chances = new double[RunTimeClasses.Count];
        kinds.AddChances(new() { Submit = 0, RunTime = 0 }, chances);
        // Counts of so few jobs go up and down from class to class.
        int peaks = Enumerable.Range(1, chances.Length - 2).Count(i => chances[i] > chances[i - 1] && chances[i] > chances[i + 1]);
        Assert.InRange(peaks, 2, RunTimeMixture.Components);
    }

    [Fact]
    public void A_program_that_ends_soon_or_runs_long_is_interrupted_when_it_has_not_ended_soon()
    {
        var random = new SeededRandom(7);
        var jobs = new List<Job>();
        for (int i = 0; i < 3000; i++)
            jobs.Add(new() { Submit = i, RunTime = random.Chance(0.7) ? 0.5 + random.NextDouble() : 50 + 50 * random.NextDouble(), User = i % 5, Executable = i % 5 });
        ReplayReport report = Replay(jobs, 4);
        Assert.True(Gap(report, SchedulingReplay.Module) > 0.3, $"{Gap(report, SchedulingReplay.Module)}");
        Assert.True(Gap(report, Hindsight) > Gap(report, SchedulingReplay.Module));
    }

    [Fact]
    public void Hindsight_knows_all_where_likeness_tells_the_run_time()
    {
        var random = new SeededRandom(8);
        var jobs = new List<Job>();
        for (int i = 0; i < 1000; i++)
        {
            int program = random.Next(8);
            jobs.Add(new() { Submit = i, RunTime = 1 << program, User = 1, Executable = program });
        }

        Assert.True(Gap(Replay(jobs, 1), Hindsight) > 0.95);
    }

    /// <summary>Of two kinds one is mostly short, and the other mostly long.</summary>
    private static (int Kind, int Class) TwoPeaks(SeededRandom random)
    {
        int kind = random.Next(2);
        return (kind, (int)Math.Floor(random.Chance(kind == 0 ? 0.8 : 0.1) ? 65 + 9 * random.NextNormal() : 98.5 + 3 * random.NextNormal()));
    }

    private static ReplayReport Replay(List<Job> jobs, int servers) => SchedulingReplay.Run(
        JobLog.Of(jobs).Scaled(servers, 0.85), servers, null, ShippedModel.Load(SchedulingReplay.Module), TestContext.Current.CancellationToken);

    private static double Gap(ReplayReport report, string policy) => report.Number(policy, "gapClosedToSrpt");
}
