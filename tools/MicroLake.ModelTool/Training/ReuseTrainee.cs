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
    private const int Rounds = 20;
    private const int RowsPerTrace = 3000;

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
        for (int round = 0; round < Rounds * share; round++)
        {
            // What a change of phase looks like is rare in a trace, and must be learned nevertheless.
            foreach (string name in (IEnumerable<string>)[.. PageWorkloads.Names, "phases", "phases"])
            {
                var random = new SeededRandom(seed * 1_000_003 + (ulong)data.Rows * 31 + (ulong)round);
                int capacity = 64 << random.Next(4);
                PageWorkload workload = PageWorkloads.Generate(name, random, capacity, 40 * capacity);
                double rows = RowsPerTrace / (NetworkPolicy.Samples * 12.0 * capacity);
                ReclaimReplay.Replay(workload.Trace, Capacity.OfObjects(capacity), new RecordingPolicy(workload.Trace, data, random, random.NextDouble(), rows));
            }
        }

        return data;
    }

    public void Evaluate(OnnxModel model, TextWriter report)
    {
        string[] shown = ["fifo", "clock", "lru", "lfu", "mm-reuse-unguarded", ReclaimReplay.Module, "belady"];
        report.WriteLine($"{"workload",-12}{"capacity",9}" + string.Concat(shown.Select(s => $"{s,20}")) + $"{"gap closed",12}");
        double sum = 0;
        int count = 0, lost = 0;
        foreach (string name in PageWorkloads.Names)
        {
            for (ulong seed = 0; seed < 4; seed++)
            {
                // Caches of sizes that no training trace had.
                int capacity = (int[])[100, 333, 777, 2000] is var sizes ? sizes[seed] : 0;
                PageWorkload workload = PageWorkloads.Generate(name, new SeededRandom(900_000 + seed), capacity, 60 * capacity);
                ReplayReport result = ReclaimReplay.Run(workload.Trace, Capacity.OfObjects(capacity), null, model);
                double gap = result.Number(ReclaimReplay.Module, "gapClosed");
                report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12}{capacity,9}")
                    + string.Concat(shown.Select(s => string.Create(CultureInfo.InvariantCulture, $"{result.Number(s, "hitRate"),20:F4}")))
                    + string.Create(CultureInfo.InvariantCulture, $"{gap,12:F3}") + (gap < 0 ? "  lost" : ""));
                if (double.IsNaN(gap))
                    continue;
                sum += gap;
                count++;
                lost += gap < 0 ? 1 : 0;
            }
        }

        report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mean gap closed {sum / count:F3}; below the best of clock, lru and lfu on {lost} of {count}"));
    }
}
