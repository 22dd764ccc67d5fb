using System.Text.Json;
using MicroLake.ModelTool.Training;
using MicroLake.ModelTool.Workloads;
using MicroLake.Nn;
using MicroLake.Nn.Csv;
using MicroLake.Nn.Training;
using MicroLake.Replay.Models;
using MicroLake.Replay.Reclaim;
using MicroLake.Replay.Report;
using MicroLake.Replay.Scheduling;
using Xunit;

namespace MicroLake.HostTests.ModelTool;

/// <summary>The models that ship: made from a seed, and worth having on data that they were not trained on.</summary>
public sealed class TrainingTests
{
    public static TheoryData<string> Modules => [.. TrainCommand.Names];

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_seed_gives_the_same_files(string name)
    {
        // A fiftieth of the data, and not all of it, which takes half a minute.
        TrainedModule one = ModuleTrainer.Train(TrainCommand.Find(name), 7, 0.02), same = ModuleTrainer.Train(TrainCommand.Find(name), 7, 0.02);
        TrainedModule other = ModuleTrainer.Train(TrainCommand.Find(name), 8, 0.02);
        Assert.Equal(one.Model, same.Model);
        Assert.Equal(one.Golden, same.Golden);
        Assert.Equal(one.Manifest, same.Manifest);
        Assert.NotEqual(one.Model, other.Model);
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void What_ships_fits_together(string name)
    {
        ITrainee trainee = TrainCommand.Find(name);
        string folder = Path.Combine(Root(), "MicroLake.MLaaS", "Modules", name);
        OnnxModel model = OnnxModel.Load(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        Assert.Equal(string.Join(',', trainee.Features.Select(f => f.Name)), model.Metadata[FeatureMetadata.Names]);
        Assert.Equal(trainee.Hook, model.Metadata["microlake.hook"]);
        Assert.Equal("1", model.Metadata["microlake.seed"]);

        using FileStream golden = File.OpenRead(Path.Combine(folder, "golden.csv"));
        CsvTable table = CsvTable.Read(golden, trainee.Features.Count + 1);
        var scorers = new List<RowScorer> { RowScorer.Create(model, 1, trainee.Features.Count, trainee.Hook) };
        // Replay has no processes.
        if (trainee is not ProcessTrainee)
            scorers.Add(RowScorer.Create(ShippedModel.Load(name), 1, trainee.Features.Count, trainee.Hook));
        for (int row = 0; row < table.Rows; row++)
        {
            ReadOnlySpan<float> values = table.Values.AsSpan(row * table.Columns, table.Columns);
            foreach (RowScorer scorer in scorers)
            {
                values[..^1].CopyTo(scorer.Rows);
                scorer.Run();
                Assert.Equal(values[^1], scorer.Scores[0]);
            }
        }

        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")));
        Assert.Equal(name, manifest.RootElement.GetProperty("name").GetString());
        Assert.Equal(File.Exists(Path.Combine(folder, "policy.c")), trainee.PolicyGrants is not null);
        if (trainee.PolicyGrants is { } grants)
        {
            JsonElement policy = manifest.RootElement.GetProperty("policy");
            Assert.Equal(grants.Features, policy.GetProperty("features").EnumerateArray().Select(f => f.GetString()!));
            Assert.Equal(grants.Helpers, policy.GetProperty("helpers").EnumerateArray().Select(h => h.GetString()!));
        }

        Assert.Equal(trainee.Features.Select(f => f.Name), manifest.RootElement.GetProperty("inputs").EnumerateArray().Select(i => i.GetProperty("feature").GetString()!));
    }

    [Theory]
    [InlineData("scan-hot", 0.5)]
    [InlineData("loop", 0.25)]
    [InlineData("training", 0.1)]
    public void Reuse_is_predicted_better_than_by_any_heuristic(string workload, double gap)
    {
        PageWorkload pages = PageWorkloads.Generate(workload, new SeededRandom(77), 150, 6000);
        ReplayReport report = ReclaimReplay.Run(pages.Trace, Capacity.OfObjects(150), null, ShippedModel.Load(ReclaimReplay.Module), TestContext.Current.CancellationToken);
        Assert.True(report.Number(ReclaimReplay.Module, "gapClosed") > gap, $"{report.Number(ReclaimReplay.Module, "gapClosed")}");
    }

    public static TheoryData<string> PageKinds => [.. PageWorkloads.Names];

    [Theory]
    [MemberData(nameof(PageKinds))]
    public void The_guard_is_at_least_as_good_as_the_best_heuristic_but_for_a_hundredth(string workload)
    {
        OnnxModel model = ShippedModel.Load(ReclaimReplay.Module);
        for (ulong seed = 41; seed < 44; seed++)
        {
            PageWorkload pages = PageWorkloads.Generate(workload, new SeededRandom(seed), 80, 4800);
            ReplayReport report = ReclaimReplay.Run(pages.Trace, Capacity.OfObjects(80), null, model, TestContext.Current.CancellationToken);
            double best = new[] { "clock", "lru", "lfu" }.Max(p => report.Number(p, "hits")), hits = report.Number(ReclaimReplay.Module, "hits");
            Assert.True(hits >= best - pages.Trace.Length / 100.0, $"seed {seed}: {hits} hits, the best heuristic {best}");
        }
    }

    [Theory]
    [InlineData("users")]
    [InlineData("interactive")]
    public void Predicted_jobs_end_sooner_than_with_fair_shares(string name)
    {
        JobLog log = JobWorkloads.Generate(name, new SeededRandom(78), 2500).Scaled(6, 0.85);
        ReplayReport report = SchedulingReplay.Run(log, 6, null, ShippedModel.Load(SchedulingReplay.Module), TestContext.Current.CancellationToken);
        Assert.True(report.Number(SchedulingReplay.Module, "gapClosedToSrpt") > 0.25, $"{report.Number(SchedulingReplay.Module, "gapClosedToSrpt")}");
    }

    [Theory]
    [InlineData("users")]
    [InlineData("interactive")]
    public void Processes_foreseen_from_runs_before_end_sooner_than_with_fair_shares(string name)
    {
        IReadOnlyList<Job> jobs = JobWorkloads.Generate(name, new SeededRandom(79), 2500).Scaled(1, 0.85).Jobs;
        OnnxModel model = OnnxModel.Load(File.ReadAllBytes(Path.Combine(Root(), "MicroLake.MLaaS", "Modules", "sched-predict-live", "model.onnx")));
        double foreseen = Mean(new ProcessTrainee.ForeseenRanking(jobs, RowScorer.Create(model, 1, ForeseenJobs.Count, SchedulingReplay.Hook)));
        double least = Mean(new ShortestRemainingRanking(jobs)), fair = new Turnaround(jobs, ServerSimulation.RunFair(jobs, 1)).Mean;
        Assert.True(fair - foreseen > 0.25 * (fair - least), $"fair {fair}, foreseen {foreseen}, least remaining {least}");

        double Mean(Ranking ranking) => new Turnaround(jobs, ServerSimulation.Run(jobs, 1, ranking, TestContext.Current.CancellationToken)).Mean;
    }

    [Fact]
    public void Workloads_are_as_long_as_asked_and_the_same_for_a_seed()
    {
        foreach (string name in PageWorkloads.Names)
        {
            AccessTrace one = PageWorkloads.Generate(name, new SeededRandom(5), 64, 3000).Trace, same = PageWorkloads.Generate(name, new SeededRandom(5), 64, 3000).Trace;
            Assert.Equal(3000, one.Length);
            Assert.Equal(one.Objects, same.Objects);
            Assert.True(one.ObjectCount > 16, name);
        }

        foreach (string name in JobWorkloads.Names)
            Assert.Equal(JobWorkloads.Generate(name, new SeededRandom(5), 300).Jobs.Select(j => j.RunTime), JobWorkloads.Generate(name, new SeededRandom(5), 300).Jobs.Select(j => j.RunTime));
    }

    private static string Root()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "Directory.Packages.props")))
                return d.FullName;
        throw new InvalidOperationException("The test must run from within the repository.");
    }
}
