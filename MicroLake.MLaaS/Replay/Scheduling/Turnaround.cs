namespace MicroLake.Replay.Scheduling;

/// <summary>How long jobs took from submission to end, in seconds.</summary>
internal sealed class Turnaround
{
    /// <summary>Slowdown is turnaround over run time; of shorter runs over this, lest a job of no length decide the mean.</summary>
    private const double LeastRun = 10;

    public Turnaround(IReadOnlyList<Job> jobs, double[] ends)
    {
        double[] times = new double[ends.Length];
        double sum = 0, slowdowns = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            times[i] = Math.Max(0, ends[i] - jobs[i].Submit);
            sum += times[i];
            slowdowns += Math.Max(1, times[i] / Math.Max(jobs[i].RunTime, LeastRun));
            GreatestWait = Math.Max(GreatestWait, times[i] - jobs[i].RunTime);
        }

        Array.Sort(times);
        Mean = sum / times.Length;
        Median = Rank(times, 0.5);
        Percentile99 = Rank(times, 0.99);
        BoundedSlowdown = slowdowns / times.Length;
    }

    public double Mean { get; }

    public double Median { get; }

    public double Percentile99 { get; }

    /// <summary>Mean of the bounded slowdown.</summary>
    public double BoundedSlowdown { get; }

    /// <summary>Greatest turnaround less run time.</summary>
    public double GreatestWait { get; }

    /// <summary>The least value that so large a share of all does not exceed.</summary>
    private static double Rank(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
