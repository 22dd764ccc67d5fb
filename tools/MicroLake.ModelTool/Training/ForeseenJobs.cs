using System.Runtime.InteropServices;
using MicroLake.Nucleus.Features;
using MicroLake.Replay.Scheduling;

namespace MicroLake.ModelTool.Training;

/// <summary>
/// Jobs of a log as the kernel sees processes: what it knows of each when it comes (<see cref="Foresight"/>), and the numbers that the policy of the
/// module makes of that for its model.
/// </summary>
internal sealed class ForeseenJobs
{
    /// <summary>Numbers in a row.</summary>
    public const int Count = 6;

    private const int Parts = RunTimes.Parts;

    /// <summary>As in policy.c: how far numbers are followed, in parts.</summary>
    private const int Farthest = 20 * Parts, LeastAttained = -10 * Parts;
    private const int MostRuns = 16;
    private const double NanosecondsPerSecond = 1e9;

    private readonly Dictionary<(string Kind, long Key), RunTimes> _known = [];
    private readonly Dictionary<Job, Foresight> _begun = [];
    private RunTimes _all;

    /// <summary>Name and unit of each number: logarithms to base 2, less the usual run time's but for the count.</summary>
    public static IReadOnlyList<(string Name, string Unit)> Names { get; } =
    [
        ("last_over_usual", "log2"), ("before_last_over_usual", "log2"), ("mean_over_usual", "log2"), ("command_known", "runs"),
        ("program_over_usual", "log2"), ("attained_over_usual", "log2"),
    ];

    public void Begin(Job job) => _begun[job] = Foresight.Of(Find("command", CommandOf(job)), Find("program", ProgramOf(job)), Find("tenant", job.Group), _all);

    /// <summary>A job has ended: from now on it is known how long it ran.</summary>
    public void End(Job job)
    {
        RunTimes nobodys = default;
        Foresight.Learn(
            Nanoseconds(job.RunTime), ref Make("command", CommandOf(job)), ref Make("program", ProgramOf(job)),
            ref (job.Group < 0 ? ref nobodys : ref Make("tenant", job.Group)), ref _all);
        _begun.Remove(job);
    }

    /// <summary>Writes what the model sees of a job that has begun and run for so many seconds.</summary>
    public void Write(Job job, double attained, Span<float> row)
    {
        Foresight known = _begun[job];
        row[0] = Relative(known.CommandLast);
        row[1] = Relative(known.CommandBeforeLast);
        row[2] = Relative(known.CommandMean);
        row[3] = Math.Min(known.CommandRuns, MostRuns);
        row[4] = Relative(known.ProgramMean);
        row[5] = (float)Math.Clamp(RunTimes.Log(Nanoseconds(attained)) - known.UsualMean, LeastAttained, Farthest) / Parts;

        float Relative(int value) => (float)Math.Clamp(value - known.UsualMean, -Farthest, Farthest) / Parts;
    }

    /// <summary>What a model should give for so many seconds.</summary>
    public float TargetOf(Job job, double seconds) => (float)(RunTimes.Log(Nanoseconds(seconds)) - _begun[job].UsualMean) / Parts;

    /// <summary>The seconds that a result stands for.</summary>
    public double SecondsOf(Job job, double result) => Nn.PortableMath.Exp2(Math.Min(result + (double)_begun[job].UsualMean / Parts, 60)) / NanosecondsPerSecond;

    private static ulong Nanoseconds(double seconds) => (ulong)Math.Min(seconds * NanosecondsPerSecond, 1L << 62);

    /// <summary>Who does not name programs is told apart by its users alone.</summary>
    private static long ProgramOf(Job job) => job.Executable >= 0 ? job.Executable : (long)job.User << 32;

    private static long CommandOf(Job job) => (ProgramOf(job) * 131 + job.Processors) * 1_000_003 + (long)job.RequestedTime;

    private RunTimes Find(string kind, long key) => _known.GetValueOrDefault((kind, key));

    private ref RunTimes Make(string kind, long key) => ref CollectionsMarshal.GetValueRefOrAddDefault(_known, (kind, key), out _);
}
