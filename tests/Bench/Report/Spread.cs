namespace MicroLake.Bench.Report;

/// <summary>Least, middle and greatest of a set of samples.</summary>
public readonly record struct Spread(double Min, double Median, double Max)
{
    /// <exception cref="ArgumentException">There are no samples.</exception>
    public static Spread Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("a spread needs at least one sample", nameof(samples));
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }

    /// <summary>Several runs of one measurement as one: the median is the runs' middle median.</summary>
    public static Spread Merge(IReadOnlyCollection<Spread> runs) =>
        new(runs.Min(r => r.Min), Of(runs.Select(r => r.Median)).Median, runs.Max(r => r.Max));
}
