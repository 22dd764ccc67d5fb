using MicroLake.Nn;

namespace MicroLake.Replay.Scheduling;

/// <summary>What is known of a job when it comes: what its user asked for, and how long jobs like it ran that have ended since. All times are
/// logarithms to base 2, less the running mean of all jobs, so that seconds and microseconds are the same to a model.</summary>
public sealed class RunTimeFeatures
{
    /// <summary>Numbers in a row.</summary>
    public const int Count = 16;

    /// <summary>How much a prediction may be trusted: by what is known of the job, and by how alike jobs of its like were.</summary>
    internal const int Trusts = 7;

    private readonly RunTimeHistory _all = new(0.01);
    private readonly Dictionary<long, RunTimeHistory> _histories = [];

    /// <summary>Name and unit of each feature.</summary>
    public static IReadOnlyList<(string Name, string Unit)> Names { get; } =
    [
        ("requested", "log2"), ("requested_known", "flag"), ("requested_corrected", "log2"),
        ("user_last", "log2"), ("user_before_last", "log2"), ("user_mean", "log2"), ("user_spread", "log2"), ("user_jobs", "log2"),
        ("program_last", "log2"), ("program_mean", "log2"), ("program_jobs", "log2"),
        ("same_last", "log2"), ("same_mean", "log2"), ("same_spread", "log2"), ("same_jobs", "log2"),
        ("queue_mean", "log2"),
    ];

    /// <summary>The running mean that features and results are relative to, as a logarithm to base 2 of seconds.</summary>
    public double Reference => _all.Mean;

    /// <summary>Writes the features of a job that comes now.</summary>
    public void Write(Job job, Span<float> row)
    {
        RunTimeHistory user = Find(Kind.User, job.User, -1) ?? Find(Kind.Group, job.Group, -1) ?? _all;
        RunTimeHistory program = Find(Kind.Program, Known(job.User), job.Executable) ?? user;
        RunTimeHistory same = Find(Kind.Same, Known(job.User), Likeness(job)) ?? program;
        RunTimeHistory queue = Find(Kind.Queue, job.Queue, -1) ?? _all;
        double reference = Reference;
        bool requested = job.RequestedTime > 0;
        double asked = requested ? RunTimeClasses.Log(job.RequestedTime) : same.Mean;
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

        // A run of 2^24 times the mean, or its inverse, is as far as it makes a difference.
        float Relative(double value) => (float)Math.Clamp(value - reference, -24, 24);
    }

    /// <summary>From a row, what the user's last two jobs took on average, as a result of a model.</summary>
    internal static float MeanOfLastTwo(ReadOnlySpan<float> row) => (row[3] + row[4]) / 2;

    /// <summary>From a row, how much a prediction from it may be trusted: one of <see cref="Trusts"/>.</summary>
    internal static int TrustIn(ReadOnlySpan<float> row)
    {
        const float Few = 2.5f, Alike = 0.7f, Somewhat = 1.5f;
        float userJobs = row[7], programJobs = row[10], sameSpread = row[13], sameJobs = row[14];
        if (sameJobs == 0)
            return programJobs > 0 ? 2 : userJobs > 0 ? 1 : 0;
        return sameJobs < Few ? 3 : sameSpread < Alike ? 6 : sameSpread < Somewhat ? 5 : 4;
    }

    /// <summary>Spreads a share of 1 over the classes of run times that jobs like this one had of late, the likest first.</summary>
    /// <returns>What is left of it: the fewer such jobs there were, the more.</returns>
    internal double AddRecent(Job job, Span<double> chances)
    {
        double left = Find(Kind.Same, Known(job.User), Likeness(job))?.AddRecent(chances, 1) ?? 1;
        left = Find(Kind.Program, Known(job.User), job.Executable)?.AddRecent(chances, left) ?? left;
        left = Find(Kind.User, job.User, -1)?.AddRecent(chances, left) ?? left;
        return Find(Kind.Group, job.Group, -1)?.AddRecent(chances, left) ?? left;
    }

    /// <summary>The same for jobs of one user that ask for the same.</summary>
    internal static long LooksOf(Job job) => ((long)Known(job.User) << 32) | (uint)Likeness(job);

    /// <summary>Learns from a job that has ended.</summary>
    public void Learn(Job job)
    {
        double run = RunTimeClasses.Log(job.RunTime);
        int runTimeClass = RunTimeClasses.Of(job.RunTime);
        double excess = job.RequestedTime > 0 ? run - RunTimeClasses.Log(job.RequestedTime) : 0;
        _all.Add(run, excess, runTimeClass);
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
            if (!_histories.TryGetValue(key, out RunTimeHistory? history))
                _histories.Add(key, history = new(0.2));
            history.Add(run, excess, runTimeClass);
        }
    }

    /// <summary>The result that a model should give for a run time: the inverse of <see cref="LogOf"/>.</summary>
    public double TargetOf(double runTime) => Math.Clamp(RunTimeClasses.Log(runTime) - Reference, -24, 24);

    /// <summary>The run time that a model's result stands for, as a logarithm to base 2 of seconds.</summary>
    public double LogOf(double result) => Reference + Math.Clamp(result, -24, 24);

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

    private RunTimeHistory? Find(Kind kind, int id, int detail) =>
        id >= 0 && !(kind == Kind.Program && detail < 0) && _histories.TryGetValue(Key(kind, id, detail), out RunTimeHistory? history) ? history : null;

    private enum Kind
    {
        User,
        Group,
        Program,
        Same,
        Queue,
    }
}
