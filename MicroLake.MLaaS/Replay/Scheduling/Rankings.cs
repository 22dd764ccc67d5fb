namespace MicroLake.Replay.Scheduling;

/// <summary>First come, first served.</summary>
internal sealed class FirstComeRanking : Ranking
{
    public override double Key(int job, double attained) => job;
}

/// <summary>Perfect knowledge: the shortest job first, to its end.</summary>
internal sealed class ShortestJobRanking(IReadOnlyList<Job> jobs) : Ranking
{
    public override double Key(int job, double attained) => jobs[job].RunTime;
}

/// <summary>Perfect knowledge: always the jobs with the least left to do. No policy has a lower mean on one server.</summary>
internal sealed class ShortestRemainingRanking(IReadOnlyList<Job> jobs) : Ranking
{
    public override bool Preempts => true;

    public override double Key(int job, double attained) => jobs[job].RunTime - attained;
}
