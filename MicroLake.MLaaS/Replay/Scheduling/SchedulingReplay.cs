using MicroLake.Nn;
using MicroLake.Replay.Models;
using MicroLake.Replay.Report;

namespace MicroLake.Replay.Scheduling;

/// <summary><c>replay sched.pick</c>: a job log on a number of servers, by every policy.</summary>
public static class SchedulingReplay
{
    public const string Hook = "sched.pick";
    public const string Module = "sched-predict";

    internal static readonly PolicyName[] Policies =
    [
        new("fcfs", PolicyKind.Heuristic), new("fair", PolicyKind.Heuristic), new("sjf-last2", PolicyKind.Heuristic),
        new("sjf-predicted", PolicyKind.Model), new(Module, PolicyKind.Model),
        new("gittins-hindsight", PolicyKind.Oracle), new("sjf", PolicyKind.Oracle), new("srpt", PolicyKind.Oracle),
    ];

    /// <param name="log">Its arrivals as they are to be replayed.</param>
    /// <param name="policy">The one model to show, or null for all.</param>
    /// <param name="model">Predicts run times.</param>
    public static ReplayReport Run(JobLog log, int servers, string? policy, OnnxModel model, CancellationToken cancellation = default)
    {
        var results = new List<(PolicyName Policy, Turnaround Turnaround)>();
        foreach (PolicyName candidate in PolicyName.Chosen(Policies, policy))
            results.Add((candidate, new(log.Jobs, Ends(candidate.Name, log.Jobs, servers, model, cancellation))));
        double Mean(string name) => results.Find(r => r.Policy.Name == name).Turnaround.Mean;
        double fair = Mean("fair"), shortest = Mean("sjf"), remaining = Mean("srpt");

        var report = new ReplayReport(Hook, ("policy", "policy"), ("kind", "kind"), ("mean", "meanTurnaround"), ("median", "medianTurnaround"),
            ("p99", "p99Turnaround"), ("slowdown", "boundedSlowdown"), ("max wait", "maxWait"), ("gap to sjf", "gapClosedToSjf"), ("gap to srpt", "gapClosedToSrpt"));
        report.AddFact("jobs", log.Jobs.Count);
        report.AddFact("left_out", log.Unknown);
        report.AddFact("servers", servers);
        report.AddFact("load", ReportValue.Of(log.LoadOn(servers), 3));
        foreach ((PolicyName name, Turnaround t) in results)
            report.AddRow(name.Name, name.Word, ReportValue.Of(t.Mean, 1), ReportValue.Of(t.Median, 1), ReportValue.Of(t.Percentile99, 1),
                ReportValue.Of(t.BoundedSlowdown, 2), ReportValue.Of(t.GreatestWait, 1), Gap(t.Mean, shortest), Gap(t.Mean, remaining));
        report.AddNote("turnaround in seconds; a job takes one server; gap: share of fair's mean turnaround over the oracle's that the policy saves");
        return report;

        // Where the oracle is no better than fair there is no gap, and no share of it.
        ReportValue Gap(double mean, double oracle) => ReportValue.Of(oracle < fair ? (fair - mean) / (fair - oracle) : double.NaN, 3);
    }

    private static double[] Ends(string policy, IReadOnlyList<Job> jobs, int servers, OnnxModel model, CancellationToken cancellation)
    {
        RowScorer Scorer() => RowScorer.Create(model, 1, RunTimeFeatures.Count, Hook);
        if (policy == "fair")
            return ServerSimulation.RunFair(jobs, servers);
        Ranking ranking = policy switch
        {
            "fcfs" => new FirstComeRanking(),
            "sjf-last2" => new PredictedRanking(jobs, null),
            "sjf-predicted" => new PredictedRanking(jobs, Scorer()),
            "gittins-hindsight" => new HindsightRanking(jobs),
            "sjf" => new ShortestJobRanking(jobs),
            "srpt" => new ShortestRemainingRanking(jobs),
            _ => new ExpectedRanking(jobs, Scorer()),
        };
        return ServerSimulation.Run(jobs, servers, ranking, cancellation);
    }
}
