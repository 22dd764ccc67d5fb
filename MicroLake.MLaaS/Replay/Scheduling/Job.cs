namespace MicroLake.Replay.Scheduling;

/// <summary>One job of a log. Identifiers are -1 and the requested time is 0 where the log does not know them.</summary>
public sealed class Job
{
    /// <summary>When it comes, in seconds from the first job's submission.</summary>
    public required double Submit { get; init; }

    /// <summary>How long it runs on one server. No policy but an oracle may look at this before the job has ended.</summary>
    public required double RunTime { get; init; }

    /// <summary>What its user said that it would take.</summary>
    public double RequestedTime { get; init; }

    public int Processors { get; init; } = -1;

    public int User { get; init; } = -1;

    public int Group { get; init; } = -1;

    public int Executable { get; init; } = -1;

    public int Queue { get; init; } = -1;

    /// <summary>Nothing is known that tells whose it is, what it does or how long it was thought to take.</summary>
    public bool IsAnybodys => User < 0 && Group < 0 && Executable < 0 && RequestedTime <= 0;
}
