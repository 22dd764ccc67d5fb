namespace MicroLake.Replay.Scheduling;

/// <summary>Jobs that look the same, and how long those ran that have ended.</summary>
internal sealed class JobKind(double fading)
{
    public RunTimeHistogram Ended { get; } = new(fading);

    /// <summary>What part of them is of each component of <see cref="RunTimeMixture"/>.</summary>
    public double[] Shares { get; } = RunTimeMixture.EqualShares();

    /// <summary>How many of those that have ended are of each component.</summary>
    public double[] Counts { get; } = new double[RunTimeMixture.Components];
}
