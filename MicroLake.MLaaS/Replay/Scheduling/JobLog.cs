namespace MicroLake.Replay.Scheduling;

/// <summary>Jobs in the order of their submission.</summary>
public sealed class JobLog
{
    private JobLog(Job[] jobs, long unknown)
    {
        Jobs = jobs;
        Unknown = unknown;
    }

    public IReadOnlyList<Job> Jobs { get; }

    /// <summary>Jobs left out because the log does not know how long they ran.</summary>
    public long Unknown { get; }

    public static JobLog Of(IEnumerable<Job> jobs, long unknown = 0)
    {
        Job[] sorted = [.. jobs];
        int[] order = new int[sorted.Length];
        double[] keys = new double[sorted.Length];
        bool inOrder = true;
        for (int i = 0; i < sorted.Length; i++)
        {
            (order[i], keys[i]) = (i, sorted[i].Submit);
            inOrder &= i == 0 || keys[i - 1] <= keys[i];
        }

        return new(inOrder ? sorted : Sort(sorted, keys, order), unknown);
    }

    /// <summary>What the jobs ask for as a share of what <paramref name="servers"/> can do from the first submission to the last.</summary>
    public double LoadOn(int servers)
    {
        double work = 0;
        foreach (Job job in Jobs)
            work += job.RunTime;
        return work / (servers * Span);
    }

    /// <summary>The same jobs with their arrivals drawn apart or together, so that they ask for <paramref name="load"/>.</summary>
    /// <exception cref="ReplayException">All come at once, so that nothing can be drawn apart.</exception>
    public JobLog Scaled(int servers, double load)
    {
        if (Span <= 0)
            throw new ReplayException("all jobs are submitted at one time, so that no load can be set; leave --load out");
        double factor = LoadOn(servers) / load;
        var jobs = new Job[Jobs.Count];
        for (int i = 0; i < jobs.Length; i++)
        {
            Job job = Jobs[i];
            jobs[i] = new()
            {
                Submit = (job.Submit - Jobs[0].Submit) * factor,
                RunTime = job.RunTime,
                RequestedTime = job.RequestedTime,
                Processors = job.Processors,
                User = job.User,
                Group = job.Group,
                Executable = job.Executable,
                Queue = job.Queue,
            };
        }

        return new(jobs, Unknown);
    }

    private double Span => Jobs.Count == 0 ? 0 : Jobs[^1].Submit - Jobs[0].Submit;

    /// <summary>Jobs that come at the same time stay in the order of the log.</summary>
    private static Job[] Sort(Job[] jobs, double[] keys, int[] order)
    {
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        var sorted = new Job[jobs.Length];
        for (int i = 0; i < order.Length; i++)
            sorted[i] = jobs[order[i]];
        return sorted;
    }
}
