using System.Globalization;
using MicroLake.ModelTool.Workloads;
using MicroLake.Nn;
using MicroLake.Nn.Training;
using MicroLake.Replay.Report;
using MicroLake.Replay.Scheduling;

namespace MicroLake.ModelTool.Training;

/// <summary><c>sched-predict</c>.</summary>
internal sealed class RunTimeTrainee : ITrainee
{
    /// <summary>Jobs at the beginning of a log that teach little: nothing is known of anybody yet.</summary>
    private const int WarmUp = 100;

    public string Name => SchedulingReplay.Module;

    public string Summary => "predicts how long jobs run";

    public string Hook => SchedulingReplay.Hook;

    public IReadOnlyList<(string Name, string Unit)> Features => RunTimeFeatures.Names;

    public int Hidden => 16;

    public string OutputUnit => "log2/256";

    public (int Least, int Most) OutputRange => (-24, 24);

    public int Epochs => 8;

    public Loss Loss => new HuberLoss(2);

    public TrainingData Generate(ulong seed, double share)
    {
        var data = new TrainingData(RunTimeFeatures.Count, 1);
        RecordedLogs.Run(seed * 1_000_003, share, 6, (jobs, _) => new Recorder(jobs, data));
        return data;
    }

    public void Evaluate(OnnxModel model, TextWriter report)
    {
        string[] shown = ["fcfs", "fair", "sjf-last2", "sjf-predicted", SchedulingReplay.Module, "gittins-hindsight", "sjf", "srpt"];
        report.WriteLine($"{"log",-14}{"servers",8}{"load",6}" + string.Concat(shown.Select(s => $"{s,18}")) + $"{"gap to sjf",12}{"gap to srpt",13}");
        foreach (string name in JobWorkloads.Names)
        {
            for (ulong seed = 0; seed < 3; seed++)
            {
                // Numbers of servers and loads that no training log had.
                int servers = (int)(3 + 7 * seed);
                double load = 0.7 + 0.1 * seed;
                JobLog log = JobWorkloads.Generate(name, new SeededRandom(900_000 + seed), 6000).Scaled(servers, load);
                ReplayReport result = SchedulingReplay.Run(log, servers, null, model);
                report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14}{servers,8}{load,6:F2}")
                    + string.Concat(shown.Select(s => string.Create(CultureInfo.InvariantCulture, $"{result.Number(s, "meanTurnaround"),18:G6}")))
                    + string.Create(CultureInfo.InvariantCulture, $"{result.Number(SchedulingReplay.Module, "gapClosedToSjf"),12:F3}{result.Number(SchedulingReplay.Module, "gapClosedToSrpt"),13:F3}"));
            }
        }
    }

    /// <summary>Serves the least left first, so that the history has what it would have under a good policy, and writes down what the
    /// network would have seen of each job.</summary>
    private sealed class Recorder(IReadOnlyList<Job> jobs, TrainingData data) : Ranking
    {
        private readonly RunTimeFeatures _features = new();
        private readonly float[] _row = new float[RunTimeFeatures.Count];

        public override bool Preempts => true;

        public override double Key(int job, double attained) => jobs[job].RunTime - attained;

        public override void Submitted(int job)
        {
            if (job < WarmUp)
                return;
            _features.Write(jobs[job], _row);
            data.Add(_row, (float)_features.TargetOf(jobs[job].RunTime));
        }

        public override void Finished(int job) => _features.Learn(jobs[job]);
    }
}
