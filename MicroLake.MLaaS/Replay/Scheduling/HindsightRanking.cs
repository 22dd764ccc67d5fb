namespace MicroLake.Replay.Scheduling;

/// <summary>Knows from the start how long jobs of the log run that look the same when they come, and not which of them is which: about what can be made
/// of what the log tells of its jobs. A job that looks like no other is known entirely, so that this is a bound from above.</summary>
internal sealed class HindsightRanking : IndexRanking
{
    private readonly IReadOnlyList<Job> _jobs;
    private readonly Dictionary<long, RunTimeHistogram> _alike = [];

    public HindsightRanking(IReadOnlyList<Job> jobs) : base(jobs.Count, every: 1)
    {
        _jobs = jobs;
        foreach (Job job in jobs)
        {
            long key = LooksOf(job);
            if (!_alike.TryGetValue(key, out RunTimeHistogram? histogram))
                _alike.Add(key, histogram = new(1));
            histogram.Add(RunTimeClasses.Of(job.RunTime));
        }
    }

    protected override void AddChances(int job, Span<double> chances) => _alike[LooksOf(_jobs[job])].AddShares(chances, 1);

    private static long LooksOf(Job job) => job.IsAnybodys ? JobKinds.Of(job) : RunTimeFeatures.LooksOf(job);
}
