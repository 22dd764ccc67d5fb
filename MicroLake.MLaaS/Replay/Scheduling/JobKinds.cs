using System.Numerics;
using MicroLake.Nn;

namespace MicroLake.Replay.Scheduling;

/// <summary>How long jobs run of which nobody says whose they are and what they do, by what is left: the queue, and the number of processors to a power
/// of two. Told by counting how long jobs of a kind ran, or by a <see cref="RunTimeMixture"/>: whichever has foretold those that ended of late
/// better.</summary>
internal sealed class JobKinds
{
    private const double Fading = 0.9995;

    /// <summary>Jobs that all count for beside those of a kind.</summary>
    private const double Doubt = 8;

    /// <summary>What an older job counts for in the comparison of the two, with each that ends.</summary>
    private const double LeadFading = 0.998;

    /// <summary>Of a chance, what is taken to be even among so many classes: no job counts for everything in the comparison.</summary>
    private const double Even = 0.02, EvenClasses = 64;

    /// <summary>The mixture is fitted first to so many jobs, and anew whenever a twentieth as many as there are have ended, or this many.</summary>
    private const int FirstFit = 10, FitEvery = 100, FitShare = 20;

    private readonly RunTimeHistogram _all = new(Fading);
    private readonly Dictionary<long, JobKind> _kinds = [];
    private readonly RunTimeMixture _mixture = new();
    private int _untilFit = FirstFit, _learned;

    /// <summary>By how many bits the mixture foretold jobs better of late.</summary>
    private double _lead;

    public static long Of(Job job) => ((long)job.Queue << 8) | (long)BitOperations.Log2((uint)Math.Max(job.Processors, 1));

    public void Learn(Job job)
    {
        long key = Of(job);
        int runTimeClass = RunTimeClasses.Of(job.RunTime);
        if (!_kinds.TryGetValue(key, out JobKind? kind))
            _kinds.Add(key, kind = new(Fading));
        if (_learned >= FirstFit)
            _lead = _lead * LeadFading + Bits(_mixture.Chance(kind, runTimeClass)) - Bits(Counted(kind, runTimeClass));
        kind.Ended.Add(runTimeClass);
        _all.Add(runTimeClass);
        _learned++;
        if (--_untilFit > 0)
            return;
        _mixture.Fit(_kinds, _all);
        _untilFit = Math.Clamp(_learned / FitShare, 1, FitEvery);
    }

    public void AddChances(Job job, Span<double> chances)
    {
        JobKind? kind = _kinds.GetValueOrDefault(Of(job));
        // What is beyond all that occurred is out of the question.
        for (int i = _all.First; i < _all.End; i++)
            chances[i] += _lead > 0 ? _mixture.Chance(kind, i) : Counted(kind, i);
    }

    private double Counted(JobKind? kind, int runTimeClass)
    {
        double ofAll = _all[runTimeClass] / _all.Jobs;
        return kind is null || kind.Ended.Jobs <= 0 ? ofAll : (kind.Ended[runTimeClass] + Doubt * ofAll) / (kind.Ended.Jobs + Doubt);
    }

    private static double Bits(double chance) => PortableMath.Log2((1 - Even) * chance + Even / EvenClasses);
}
