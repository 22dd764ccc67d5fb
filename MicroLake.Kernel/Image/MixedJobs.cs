namespace MicroLake.Kernel;

/// <summary>
/// Makes the jobs of a mix, the same for a seed: of two dozen programs, most of which take about as long each time, and which come at random moments that
/// leave the processor idle for some of the time.
/// </summary>
internal static class MixedJobs
{
    private const int Programs = 24;
    private const double Load = 0.85;

    /// <param name="mix">Seed, from 1 on: mixes have programs of their own.</param>
    /// <param name="count">Jobs.</param>
    /// <param name="start">Nanoseconds that a job takes that does nothing.</param>
    /// <param name="turn">Nanoseconds of one turn.</param>
    public static MixedJob[] Make(int mix, int count, double start, double turn)
    {
        var random = new Random(mix);
        double[] level = new double[Programs], spread = new double[Programs];
        for (int i = 0; i < Programs; i++)
        {
            level[i] = 20 + 8 * random.NextDouble();
            spread[i] = random.NextDouble() < 0.75 ? 0.25 : 1;
        }

        var jobs = new MixedJob[count];
        double work = 0;
        for (int i = 0; i < count; i++)
        {
            int program = random.Next(Programs);
            double length = Math.Pow(2, level[program] + spread[program] * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2);
            jobs[i] = new MixedJob((ulong)(mix * Programs + program), (long)(length / turn), (ulong)(start + length));
            work += start + length;
        }

        double now = 0;
        foreach (MixedJob job in jobs)
        {
            job.Comes = now;
            now -= Math.Log(1 - random.NextDouble()) * work / count / Load;
        }

        return jobs;
    }
}
