using System.Numerics;

namespace MicroLake.Replay.Scheduling;

/// <summary>How long jobs run of which nobody says whose they are and what they do, by what is left: the queue, and the number of processors to a power
/// of two.</summary>
internal sealed class JobKinds
{
    private const double Fading = 0.9995;

    /// <summary>Jobs that all count for beside those of a kind.</summary>
    private const double Doubt = 8;

    private readonly RunTimeHistogram _all = new(Fading);
    private readonly Dictionary<long, RunTimeHistogram> _kinds = [];

    public static long Of(Job job) => ((long)job.Queue << 8) | (long)BitOperations.Log2((uint)Math.Max(job.Processors, 1));

    public void Learn(Job job)
    {
        long kind = Of(job);
        if (!_kinds.TryGetValue(kind, out RunTimeHistogram? histogram))
            _kinds.Add(kind, histogram = new(Fading));
        int runTimeClass = RunTimeClasses.Of(job.RunTime);
        histogram.Add(runTimeClass);
        _all.Add(runTimeClass);
    }

    public void AddChances(Job job, Span<double> chances)
    {
        double known = 0;
        if (_kinds.TryGetValue(Of(job), out RunTimeHistogram? kind))
        {
            known = kind.Jobs / (kind.Jobs + Doubt);
            kind.AddShares(chances, known);
        }

        _all.AddShares(chances, 1 - known);
    }
}
