using MicroLake.Nn;

namespace MicroLake.Replay.Scheduling;

/// <summary>What is known of a job when it comes: what its user asked for, and how long jobs like it ran that have ended since. All times are
/// logarithms to base 2, less the running mean of all jobs, so that seconds and microseconds are the same to a model.</summary>
public sealed class RunTimeFeatures
{
    /// <summary>Numbers in a row.</summary>
    public const int Count = 17;

    /// <summary>Shorter runs count as this long: what a job does in less than a second hardly depends on what it is.</summary>
    private const double ShortestRun = 1.0 / 1024;

    /// <summary>The attained time, as a feature, below which nothing is told apart.</summary>
    private const float LeastAttained = -10;

    private readonly History _all = new(0.01);
    private readonly Dictionary<long, History> _histories = [];

    /// <summary>Name and unit of each feature.</summary>
    public static IReadOnlyList<(string Name, string Unit)> Names { get; } =
    [
        ("requested", "log2"), ("requested_known", "flag"), ("requested_corrected", "log2"),
        ("user_last", "log2"), ("user_before_last", "log2"), ("user_mean", "log2"), ("user_spread", "log2"), ("user_jobs", "log2"),
        ("program_last", "log2"), ("program_mean", "log2"), ("program_jobs", "log2"),
        ("same_last", "log2"), ("same_mean", "log2"), ("same_spread", "log2"), ("same_jobs", "log2"),
        ("queue_mean", "log2"), ("attained", "log2"),
    ];

    /// <summary>The running mean that features and results are relative to, as a logarithm to base 2 of seconds.</summary>
    public double Reference => _all.Mean;

    /// <summary>Writes the features of a job that comes now, or that has run for <paramref name="attained"/> seconds.</summary>
    public void Write(Job job, double attained, Span<float> row)
    {
        History user = Find(Kind.User, job.User, -1) ?? Find(Kind.Group, job.Group, -1) ?? _all;
        History program = Find(Kind.Program, Known(job.User), job.Executable) ?? user;
        History same = Find(Kind.Same, Known(job.User), Likeness(job)) ?? program;
        History queue = Find(Kind.Queue, job.Queue, -1) ?? _all;
        double reference = Reference;
        bool requested = job.RequestedTime > 0;
        double asked = requested ? Log(job.RequestedTime) : same.Mean;
        row[0] = Relative(asked);
        row[1] = requested ? 1 : 0;
        row[2] = Relative(requested ? asked + user.Excess : same.Mean);
        row[3] = Relative(user.Last);
        row[4] = Relative(user.BeforeLast);
        row[5] = Relative(user.Mean);
        row[6] = (float)user.Spread;
        row[7] = Confidence(user == _all ? 0 : user.Jobs);
        row[8] = Relative(program.Last);
        row[9] = Relative(program.Mean);
        row[10] = Confidence(program == user ? 0 : program.Jobs);
        row[11] = Relative(same.Last);
        row[12] = Relative(same.Mean);
        row[13] = (float)same.Spread;
        row[14] = Confidence(same == program ? 0 : same.Jobs);
        row[15] = Relative(queue.Mean);
        // Nothing is told apart below 2^-10 of the mean; reviews begin a step above that.
        row[16] = attained > 0 ? Math.Max(Relative(Log(attained)), LeastAttained) : LeastAttained;

        // A run of 2^24 times the mean, or its inverse, is as far as it makes a difference.
        float Relative(double value) => (float)Math.Clamp(value - reference, -24, 24);
    }

    /// <summary>From a row, what the user's last two jobs took on average, as a result of a model.</summary>
    internal static float MeanOfLastTwo(ReadOnlySpan<float> row) => (row[3] + row[4]) / 2;

    /// <summary>Learns from a job that has ended.</summary>
    public void Learn(Job job)
    {
        double run = Log(job.RunTime);
        double excess = job.RequestedTime > 0 ? run - Log(job.RequestedTime) : 0;
        _all.Add(run, excess);
        AddTo(Kind.User, job.User, -1);
        AddTo(Kind.Group, job.Group, -1);
        AddTo(Kind.Program, Known(job.User), job.Executable);
        AddTo(Kind.Same, Known(job.User), Likeness(job));
        AddTo(Kind.Queue, job.Queue, -1);

        void AddTo(Kind kind, int id, int detail)
        {
            if (id < 0 || (kind == Kind.Program && detail < 0))
                return;
            long key = Key(kind, id, detail);
            if (!_histories.TryGetValue(key, out History? history))
                _histories.Add(key, history = new(0.2));
            history.Add(run, excess);
        }
    }

    /// <summary>The attained time at which a job that has run for so long should be looked at again: twice as much.</summary>
    public double NextReview(double attained) => Math.Max(2 * attained, PortableMath.Exp2(Reference + LeastAttained));

    /// <summary>The result that a model should give for a run time: the inverse of <see cref="RunTimeOf"/>.</summary>
    public double TargetOf(double runTime) => Math.Clamp(Log(runTime) - Reference, -24, 24);

    /// <summary>The run time that a model's result stands for.</summary>
    public double RunTimeOf(double result) => PortableMath.Exp2(Reference + Math.Clamp(result, -24, 24));

    private static double Log(double seconds) => PortableMath.Log2(Math.Max(seconds, ShortestRun));

    private static float Confidence(int jobs) => (float)PortableMath.Log2(1 + Math.Min(jobs, 255));

    /// <summary>All users that a log does not know are one, so that likeness still tells something.</summary>
    private static int Known(int user) => user < 0 ? int.MaxValue : user;

    /// <summary>Jobs of a user that ask for the same are taken to be the same thing done again.</summary>
    private static int Likeness(Job job)
    {
        ulong mixed = (ulong)BitConverter.DoubleToInt64Bits(job.RequestedTime) * 0x9E3779B97F4A7C15
            ^ (ulong)(uint)job.Processors * 0xC2B2AE3D27D4EB4F ^ (ulong)(uint)job.Executable * 0x165667B19E3779F9;
        return (int)(mixed >> 33);
    }

    private static long Key(Kind kind, int id, int detail) => (long)(((ulong)(uint)id << 32 | (uint)detail) * 8 + (ulong)kind);

    private History? Find(Kind kind, int id, int detail) =>
        id >= 0 && !(kind == Kind.Program && detail < 0) && _histories.TryGetValue(Key(kind, id, detail), out History? history) ? history : null;

    private enum Kind
    {
        User,
        Group,
        Program,
        Same,
        Queue,
    }

    /// <summary>Run times of jobs that have something in common, the newest weighing most.</summary>
    /// <param name="newest">The weight of a new job once there are enough.</param>
    private sealed class History(double newest)
    {
        public int Jobs { get; private set; }

        public double Last { get; private set; }

        public double BeforeLast { get; private set; }

        public double Mean { get; private set; }

        /// <summary>Mean distance from the mean.</summary>
        public double Spread { get; private set; }

        /// <summary>Mean of run time over requested time, as a logarithm.</summary>
        public double Excess { get; private set; }

        public void Add(double run, double excess)
        {
            double weight = Math.Max(newest, 1.0 / (Jobs + 1));
            BeforeLast = Jobs == 0 ? run : Last;
            Last = run;
            Spread += weight * (Math.Abs(run - Mean) - Spread) * (Jobs == 0 ? 0 : 1);
            Mean += weight * (run - Mean);
            Excess += weight * (excess - Excess);
            if (Jobs < int.MaxValue)
                Jobs++;
        }
    }
}
