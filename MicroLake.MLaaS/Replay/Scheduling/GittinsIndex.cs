namespace MicroLake.Replay.Scheduling;

/// <summary>What a server gets out of a job: the chance that it ends soon over the time that this takes. Who has run for a while is of those that run
/// long. Where only the distribution of run times is known, no order has a lower mean turnaround on one server (Gittins, Bandit Processes and Dynamic
/// Allocation Indices, 1979).</summary>
internal static class GittinsIndex
{
    /// <summary>Chances that rounding may have left over.</summary>
    private const double Negligible = 1e-12;

    /// <summary>The least time in which a job ends that has run up to the beginning of a class, over the chance that it does: less goes first.</summary>
    /// <param name="chances">Of each class of run times.</param>
    public static double Of(ReadOnlySpan<double> chances, int reached)
    {
        double left = 0, attained = RunTimeClasses.Start(reached);
        for (int i = reached; i < chances.Length; i++)
            left += chances[i];
        // Whoever has run longer than all before may do so for as long again.
        if (left <= Negligible)
            return attained;
        double ended = 0, time = 0, best = double.PositiveInfinity;
        for (int i = reached; i < chances.Length; i++)
        {
            if (chances[i] <= 0)
                continue;
            double start = RunTimeClasses.Start(i), end = RunTimeClasses.Start(i + 1);
            ended += chances[i];
            time += chances[i] * ((start + end) / 2 - attained);
            best = Math.Min(best, (time + (left - ended) * (end - attained)) / ended);
        }

        return best;
    }
}
