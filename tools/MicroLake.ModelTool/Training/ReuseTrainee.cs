using System.Globalization;
using MicroLake.ModelTool.Workloads;
using MicroLake.Nn;
using MicroLake.Nn.Training;
using MicroLake.Replay.Reclaim;
using MicroLake.Replay.Report;

namespace MicroLake.ModelTool.Training;

/// <summary><c>mm-reuse</c>.</summary>
internal sealed class ReuseTrainee : ITrainee
{
    private const int Rounds = 36;
    private const int RowsPerTrace = 3000;

    /// <summary>How often data is added in which a model decides that learned from all before, in so many epochs.</summary>
    private const int OwnTurns = 2, DraftEpochs = 4;
    private const ulong EvaluationSeed = 900_000;

    /// <summary>Sets of traces that are only summed up: 32 traces are few.</summary>
    private const int MoreSets = 3;

    private static readonly string[] s_heuristics = ["clock", "lru", "lfu"];
    private static readonly string[] s_shown = ["fifo", .. s_heuristics, "mm-reuse-unguarded", ReclaimReplay.Module, "belady"];
    /// <summary>Lengths of traces, in caches of accesses.</summary>
    private static readonly int[] s_lengths = [8, 20, 40, 40];

    private static readonly int[] s_capacities = [100, 333, 777, 2000];

    public string Name => ReclaimReplay.Module;

    public string Summary => "predicts when pages will be used again";

    public string Hook => ReclaimReplay.Hook;

    public IReadOnlyList<(string Name, string Unit)> Features => ReuseFeatures.Names;

    public int Hidden => 24;

    public string OutputUnit => "rank";

    public (int Least, int Most) OutputRange => (-16, 16);

    public int Epochs => 8;

    public Loss Loss => new MeanSquaredLoss();

    public TrainingData Generate(ulong seed, double share)
    {
        var data = new TrainingData(ReuseFeatures.Count, 1);
        Record(data, seed, share, (trace, size, random, rows) => new RecordingPolicy(trace, size, data, random, random.NextDouble(), rows));
        for (int turn = 0; turn < OwnTurns; turn++)
        {
            OnnxModel model = ModuleTrainer.Draft(this, data, seed, DraftEpochs);
            Record(data, seed, share, (trace, size, random, rows) => new RecordingNetwork(trace, size, model, data, random, rows));
        }

        return data;
    }

    /// <summary>Adds rows of traces that no turn before had.</summary>
    private static void Record(TrainingData data, ulong seed, double share, Func<AccessTrace, Capacity, SeededRandom, double, RankedPolicy> policy)
    {
        for (int round = 0; round < Rounds * share; round++)
        {
            // What a change of phase looks like is rare in a trace, and must be learned nevertheless.
            foreach (string name in (IEnumerable<string>)[.. PageWorkloads.Names, "phases", "phases"])
            {
                var random = new SeededRandom(seed * 1_000_003 + (ulong)data.Rows * 31 + (ulong)round);
                int capacity = 64 << random.Next(4), caches = s_lengths[random.Next(s_lengths.Length)];
                PageWorkload workload = PageWorkloads.Generate(name, random, capacity, caches * capacity);
                // More of each in short traces: how a cache begins is to be learned, too.
                double rows = RowsPerTrace / (RankedPolicy.Samples * 12.0 * capacity) * Math.Sqrt((double)s_lengths[^1] / caches);
                var size = Capacity.OfObjects(capacity);
                ReclaimReplay.Replay(workload.Trace, size, new GuardedPolicy(workload.Trace.ObjectCount, size, policy(workload.Trace, size, random, rows)));
            }
        }
    }

    public void Evaluate(OnnxModel model, TextWriter report)
    {
        report.WriteLine($"{"workload",-12}{"capacity",9}" + string.Concat(s_shown.Select(s => $"{s,20}")) + $"{"gap closed",12}");
        Summarize(Replay(model, EvaluationSeed, null).Select(trace =>
        {
            report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trace.Workload,-12}{trace.Capacity,9}")
                + string.Concat(s_shown.Select(s => string.Create(CultureInfo.InvariantCulture, $"{trace.Result.Number(s, "hitRate"),20:F4}")))
                + string.Create(CultureInfo.InvariantCulture, $"{Gap(trace.Result),12:F3}") + (Gap(trace.Result) < 0 ? "  lost" : ""));
            return trace.Result;
        }), report);
        report.Write("more seeds, the module alone beside heuristics and oracle: ");
        Summarize(Enumerable.Range(1, MoreSets).SelectMany(set => Replay(model, EvaluationSeed + (ulong)set * 1000, ReclaimReplay.Module)).Select(trace => trace.Result), report);
    }

    /// <summary>Traces of each kind, through caches of sizes that no training trace had.</summary>
    private static IEnumerable<(string Workload, int Capacity, ReplayReport Result)> Replay(OnnxModel model, ulong seed, string? policy) =>
        from name in PageWorkloads.Names
        from size in s_capacities.Index()
        let workload = PageWorkloads.Generate(name, new SeededRandom(seed + (ulong)size.Index), size.Item, 60 * size.Item)
        select (name, size.Item, ReclaimReplay.Run(workload.Trace, Capacity.OfObjects(size.Item), policy, model));

    private static void Summarize(IEnumerable<ReplayReport> results, TextWriter report)
    {
        double gaps = 0, closed = 0, possible = 0, most = 0;
        int count = 0, open = 0, lost = 0;
        foreach (ReplayReport result in results)
        {
            double best = s_heuristics.Max(h => result.Number(h, "hitRate")), gain = result.Number(ReclaimReplay.Module, "hitRate") - best;
            count++;
            lost += gain < 0 ? 1 : 0;
            most = Math.Max(most, -gain);
            closed += gain;
            possible += result.Number("belady", "hitRate") - best;
            // There is none where a heuristic does all that can be done.
            if (double.IsNaN(Gap(result)))
                continue;
            gaps += Gap(result);
            open++;
        }

        report.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"mean gap closed {gaps / open:F3}, of all gaps together {closed / possible:F3}; below the best of clock, lru and lfu on {lost} of {count}, by at most {100 * most:F1} % of the accesses"));
    }

    private static double Gap(ReplayReport result) => result.Number(ReclaimReplay.Module, "gapClosed");
}
