using System.Globalization;
using MicroLake.ModelTool.Workloads;
using MicroLake.Nn;
using MicroLake.Nn.Training;
using MicroLake.Replay.Models;
using MicroLake.Replay.Scheduling;

namespace MicroLake.ModelTool.Training;

/// <summary><c>sched-predict-live</c>: what <see cref="RunTimeTrainee"/> is for the jobs of a log, for processes of the running kernel.</summary>
internal sealed class ProcessTrainee : ITrainee
{
    /// <summary>Jobs at the beginning of a log that teach little: nothing is known of anybody yet.</summary>
    private const int WarmUp = 50;

    /// <summary>A job that runs on is looked at again when it has run twice as long: some of these looks are written down.</summary>
    private const double LaterShare = 0.2;

    public string Name => "sched-predict-live";

    public string Summary => "foresees how long processes run, by how long the same command and program ran before";

    public string Hook => SchedulingReplay.Hook;

    public IReadOnlyList<(string Name, string Unit)> Features => ForeseenJobs.Names;

    public int Hidden => 16;

    public string OutputUnit => "ns";

    /// <summary>10 s, in parts.</summary>
    public (int Least, int Most) OutputRange => (0, 39_062_500);

    /// <summary>A thread that waits so long to run is too much.</summary>
    public long? MostWait => 60_000_000_000;

    public (IReadOnlyList<string> Features, IReadOnlyList<string> Helpers)? PolicyGrants =>
        (["burst_ns", "burst1_ns", "process_run_ns", "command_last", "command_before_last", "command_mean", "command_runs", "program_mean", "usual_mean"], ["infer"]);

    public int Epochs => 8;

    public Loss Loss => new HuberLoss(2);

    public TrainingData Generate(ulong seed, double share)
    {
        var data = new TrainingData(ForeseenJobs.Count, 1);
        RecordedLogs.Run(seed * 2_000_003, share, 4, (jobs, random) => new Recorder(jobs, data, random));
        return data;
    }

    public void Evaluate(OnnxModel model, TextWriter report)
    {
        report.WriteLine($"{"log",-14}{"servers",8}{"load",6}{"fair",15}{"model",15}{"sjf",15}{"srpt",15}{"gap to sjf",12}{"gap to srpt",13}");
        foreach (string name in JobWorkloads.Names)
        {
            for (ulong seed = 0; seed < 3; seed++)
            {
                int servers = 1 << (int)seed;
                double load = 0.7 + 0.1 * seed;
                IReadOnlyList<Job> jobs = JobWorkloads.Generate(name, new SeededRandom(910_000 + seed), 6000).Scaled(servers, load).Jobs;
                double fair = Mean(jobs, ServerSimulation.RunFair(jobs, servers));
                double foreseen = Mean(jobs, ServerSimulation.Run(jobs, servers, new ForeseenRanking(jobs, RowScorer.Create(model, 1, ForeseenJobs.Count, Hook))));
                double shortest = Mean(jobs, ServerSimulation.Run(jobs, servers, new ShortestJobRanking(jobs)));
                double least = Mean(jobs, ServerSimulation.Run(jobs, servers, new ShortestRemainingRanking(jobs)));
                report.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name,-14}{servers,8}{load,6:F2}{fair,15:G6}{foreseen,15:G6}{shortest,15:G6}{least,15:G6}{Gap(shortest),12:F3}{Gap(least),13:F3}"));

                double Gap(double oracle) => oracle < fair ? (fair - foreseen) / (fair - oracle) : double.NaN;
            }
        }
    }

    private static double Mean(IReadOnlyList<Job> jobs, double[] ends) => new Turnaround(jobs, ends).Mean;

    /// <summary>What the kernel does with the module: the least foreseen first, and foreseen anew when that has passed.</summary>
    internal sealed class ForeseenRanking(IReadOnlyList<Job> jobs, RowScorer model) : Ranking
    {
        private readonly ForeseenJobs _foreseen = new();
        private readonly double[] _left = new double[jobs.Count], _since = new double[jobs.Count];

        public override bool Preempts => true;

        public override bool Guarded => true;

        public override double Key(int job, double attained) => _left[job] - (attained - _since[job]);

        public override double ReviewAt(int job) => _since[job] + _left[job];

        public override void Review(int job) => Look(job, ReviewAt(job));

        public override void Submitted(int job)
        {
            _foreseen.Begin(jobs[job]);
            Look(job, 0);
        }

        public override void Finished(int job) => _foreseen.End(jobs[job]);

        private void Look(int job, double attained)
        {
            _foreseen.Write(jobs[job], attained, model.Rows);
            model.Run();
            _since[job] = attained;
            // At least some part of what it has had: else it would be asked about for ever.
            _left[job] = Math.Max(_foreseen.SecondsOf(jobs[job], model.Scores[0]), Math.Max(attained / 16, 1e-6));
        }
    }

    /// <summary>Serves the least left first, so that the history has what it would have under a good policy, and writes down what the
    /// network would have seen of each job.</summary>
    private sealed class Recorder(IReadOnlyList<Job> jobs, TrainingData data, SeededRandom random) : Ranking
    {
        private readonly ForeseenJobs _foreseen = new();
        private readonly double[] _next = new double[jobs.Count];
        private readonly float[] _row = new float[ForeseenJobs.Count];

        public override bool Preempts => true;

        public override double Key(int job, double attained) => jobs[job].RunTime - attained;

        public override double ReviewAt(int job) => _next[job];

        public override void Review(int job)
        {
            Record(job, _next[job], LaterShare);
            _next[job] *= 2;
        }

        public override void Submitted(int job)
        {
            _foreseen.Begin(jobs[job]);
            Record(job, 0, 0.5);
            _next[job] = jobs[job].RunTime * PortableMath.Exp2(-random.Between(1, 8));
        }

        public override void Finished(int job) => _foreseen.End(jobs[job]);

        private void Record(int job, double attained, double share)
        {
            if (job < WarmUp || !random.Chance(share))
                return;
            _foreseen.Write(jobs[job], attained, _row);
            data.Add(_row, _foreseen.TargetOf(jobs[job], jobs[job].RunTime - attained));
        }
    }
}
