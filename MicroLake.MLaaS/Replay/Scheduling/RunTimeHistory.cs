namespace MicroLake.Replay.Scheduling;

/// <summary>Run times of jobs that have something in common, the newest weighing most; but for <see cref="AddRecent"/> as logarithms.</summary>
/// <param name="newest">The weight of a new job once there are enough.</param>
internal sealed class RunTimeHistory(double newest)
{
    /// <summary>Jobs that are remembered one by one.</summary>
    private const int RecentJobs = 32;

    /// <summary>How much less each of them counts than the next.</summary>
    private const double Fading = 0.95;

    /// <summary>As many jobs as these have to be known for half of the say.</summary>
    private const double Doubt = 20;

    /// <summary>What each counts for, the newest first, and what so many count for together.</summary>
    private static readonly double[] s_counts = new double[RecentJobs], s_sums = new double[RecentJobs + 1];

    static RunTimeHistory()
    {
        double count = 1;
        for (int i = 0; i < RecentJobs; i++, count *= Fading)
        {
            s_counts[i] = count;
            s_sums[i + 1] = s_sums[i] + count;
        }
    }

    private readonly byte[] _recent = new byte[RecentJobs];

    public int Jobs { get; private set; }

    public double Last { get; private set; }

    public double BeforeLast { get; private set; }

    public double Mean { get; private set; }

    /// <summary>Mean distance from the mean.</summary>
    public double Spread { get; private set; }

    /// <summary>Mean of run time over requested time.</summary>
    public double Excess { get; private set; }

    public void Add(double run, double excess, int runTimeClass)
    {
        double weight = Math.Max(newest, 1.0 / (Jobs + 1));
        BeforeLast = Jobs == 0 ? run : Last;
        Last = run;
        Spread += weight * (Math.Abs(run - Mean) - Spread) * (Jobs == 0 ? 0 : 1);
        Mean += weight * (run - Mean);
        Excess += weight * (excess - Excess);
        _recent[Jobs % RecentJobs] = (byte)runTimeClass;
        if (Jobs < int.MaxValue)
            Jobs++;
    }

    /// <summary>Spreads <paramref name="share"/> over the classes that jobs ran for of late.</summary>
    /// <returns>What is left of the share for those who know more jobs, though less like it.</returns>
    public double AddRecent(Span<double> chances, double share)
    {
        int remembered = Math.Min(Jobs, RecentJobs);
        double each = share / (s_sums[remembered] + Doubt);
        for (int i = 0; i < remembered; i++)
            chances[_recent[(Jobs - 1 - i) % RecentJobs]] += each * s_counts[i];
        return each * Doubt;
    }
}
