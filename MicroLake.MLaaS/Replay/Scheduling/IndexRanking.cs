namespace MicroLake.Replay.Scheduling;

/// <summary>The job goes first of which a server gets most (<see cref="GittinsIndex"/>), and is looked at again as it runs: that it has not ended yet says
/// much about it.</summary>
/// <param name="every">Classes of run times between two looks.</param>
internal abstract class IndexRanking(int jobs, int every) : Ranking
{
    private readonly double[] _index = new double[jobs];
    private readonly short[] _nextLook = new short[jobs];
    private readonly double[] _chances = new double[RunTimeClasses.Count];

    public sealed override bool Preempts => true;

    public sealed override double Key(int job, double attained) => _index[job];

    public sealed override double ReviewAt(int job) => RunTimeClasses.Start(_nextLook[job]);

    public sealed override void Review(int job) => Look(job, _nextLook[job]);

    public override void Submitted(int job) => Look(job, 0);

    /// <summary>Adds the chance of each class of run times.</summary>
    protected abstract void AddChances(int job, Span<double> chances);

    private void Look(int job, int reached)
    {
        Array.Clear(_chances);
        AddChances(job, _chances);
        _index[job] = reached < RunTimeClasses.Count ? GittinsIndex.Of(_chances, reached) : RunTimeClasses.Start(RunTimeClasses.Count);
        int next = reached + every, first = FirstPossible();
        // Nothing is learned from a job's not ending before any of its like may.
        if (first < RunTimeClasses.Count)
            next = Math.Max(next, first);
        _nextLook[job] = (short)Math.Min(next, RunTimeClasses.Count + 1);
    }

    private int FirstPossible()
    {
        int first = 0;
        while (first < RunTimeClasses.Count && _chances[first] <= 0)
            first++;
        return first;
    }
}
