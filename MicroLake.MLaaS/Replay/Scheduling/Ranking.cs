namespace MicroLake.Replay.Scheduling;

/// <summary>Which job goes first: the one with the least key.</summary>
internal abstract class Ranking
{
    /// <summary>True when a job that comes, or whose key changes, may take a server from another.</summary>
    public virtual bool Preempts => false;

    /// <summary>True when the job that has been here longest is served whatever its key: see <see cref="ServerSimulation"/>.</summary>
    public virtual bool Guarded => false;

    /// <summary>The key of a job that has run for <paramref name="attained"/> seconds.</summary>
    public abstract double Key(int job, double attained);

    /// <summary>Seconds of running after which the key jumps; infinity when it never does.</summary>
    public virtual double ReviewAt(int job) => double.PositiveInfinity;

    /// <summary>The job has run for as long as <see cref="ReviewAt"/> said.</summary>
    public virtual void Review(int job)
    {
    }

    /// <summary>A job has come.</summary>
    public virtual void Submitted(int job)
    {
    }

    /// <summary>A job has ended: from now on it may be learned from.</summary>
    public virtual void Finished(int job)
    {
    }
}
