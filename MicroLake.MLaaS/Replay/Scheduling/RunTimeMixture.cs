using MicroLake.Nn;

namespace MicroLake.Replay.Scheduling;

/// <summary>Run times as a mixture of a few log-normal distributions that all kinds of jobs share; what part of a kind is of which is its own, and like
/// that of its neighbours. Where run times are of such a form, as models of whole sites have them (Lublin and Feitelson, The Workload on Parallel
/// Supercomputers, 2003), few jobs tell far more than by counting how many ran for how long.</summary>
/// <remarks>Fitted by expectation and maximization (Dempster, Laird and Rubin, 1977).</remarks>
internal sealed class RunTimeMixture
{
    public const int Components = 3;

    private const int FirstRounds = 10, Rounds = 2;

    /// <summary>What a job of a neighbouring kind counts for.</summary>
    private const double Neighbour = 0.5;

    /// <summary>Jobs that all count for beside those of a kind and its neighbours, and what is expected counts for beside those of a kind.</summary>
    private const double Doubt = 8;

    /// <summary>No component is narrower than a class, whose variance this is; two jobs of the greater are assumed of each.</summary>
    private const double LeastVariance = 1, AssumedVariance = 4, Assumed = 2;

    /// <summary>The variance of places within a class.</summary>
    private const double WithinClass = 1.0 / 12;

    /// <summary>No class is out of the question in a component, so that every job is of some.</summary>
    private const double Negligible = 1e-12;

    private readonly double[] _means = new double[Components], _deviations = new double[Components], _shares = EqualShares();
    private readonly double[][] _densities = new double[Components][];
    private bool _isFitted;

    public static double[] EqualShares()
    {
        double[] shares = new double[Components];
        Array.Fill(shares, 1.0 / Components);
        return shares;
    }

    /// <summary>Fits the components to jobs that have ended, and the shares of each kind.</summary>
    /// <param name="all">Of all kinds together, at least one.</param>
    public void Fit(Dictionary<long, JobKind> kinds, RunTimeHistogram all)
    {
        int rounds = Rounds;
        if (!_isFitted)
        {
            Begin(all);
            (_isFitted, rounds) = (true, FirstRounds);
        }

        for (int i = 0; i < rounds; i++)
            Improve(kinds);
    }

    /// <summary>The chance that a job of a kind is of a class of run times.</summary>
    public double Chance(JobKind? kind, int runTimeClass)
    {
        double[] shares = kind?.Shares ?? _shares;
        double chance = 0;
        for (int i = 0; _isFitted && i < Components; i++)
            chance += shares[i] * _densities[i][runTimeClass];
        return chance;
    }

    /// <summary>Components begin at parts of all jobs, in the order of their run times.</summary>
    private void Begin(RunTimeHistogram all)
    {
        double jobs = all.Jobs, sum = 0, squares = 0, passed = 0;
        int component = 0;
        for (int i = all.First; i < all.End; i++)
        {
            double share = all[i] / jobs;
            sum += share * i;
            squares += share * i * i;
            passed += share;
            while (component < Components && passed >= (component + 0.5) / Components)
                _means[component++] = i + 0.5;
        }

        Array.Fill(_deviations, Math.Sqrt(Math.Max(squares - sum * sum, LeastVariance * Components * Components)) / Components);
        Spread();
    }

    private void Improve(Dictionary<long, JobKind> kinds)
    {
        Span<double> jobs = stackalloc double[Components], sums = stackalloc double[Components], squares = stackalloc double[Components];
        jobs.Clear();
        sums.Clear();
        squares.Clear();
        foreach (JobKind kind in kinds.Values)
            Divide(kind, jobs, sums, squares);

        double total = 0;
        foreach (double count in jobs)
            total += count;
        for (int i = 0; i < Components; i++)
        {
            _shares[i] = jobs[i] / total;
            if (jobs[i] < 1)
                continue;
            _means[i] = sums[i] / jobs[i];
            double variance = Math.Max(squares[i] / jobs[i] - _means[i] * _means[i] - WithinClass, 0);
            _deviations[i] = Math.Sqrt(Math.Max((variance * jobs[i] + AssumedVariance * Assumed) / (jobs[i] + Assumed), LeastVariance));
        }

        foreach ((long key, JobKind kind) in kinds)
            Share(kind, kinds.GetValueOrDefault(key - 1)?.Counts, kinds.GetValueOrDefault(key + 1)?.Counts);
        Spread();
    }

    /// <summary>Counts the jobs of a kind among the components, in parts as they may be of each.</summary>
    private void Divide(JobKind kind, Span<double> jobs, Span<double> sums, Span<double> squares)
    {
        Array.Clear(kind.Counts);
        Span<double> parts = stackalloc double[Components];
        for (int place = kind.Ended.First; place < kind.Ended.End; place++)
        {
            double ended = kind.Ended[place], chance = 0;
            if (ended <= 0)
                continue;
            for (int i = 0; i < Components; i++)
                chance += parts[i] = kind.Shares[i] * _densities[i][place];
            for (int i = 0; i < Components; i++)
            {
                double part = ended * parts[i] / chance, middle = place + 0.5;
                kind.Counts[i] += part;
                jobs[i] += part;
                sums[i] += part * middle;
                squares[i] += part * middle * middle;
            }
        }
    }

    private void Share(JobKind kind, double[]? smaller, double[]? greater)
    {
        Span<double> near = stackalloc double[Components];
        double known = 0, ended = 0;
        for (int i = 0; i < Components; i++)
        {
            near[i] = Neighbour * ((smaller?[i] ?? 0) + (greater?[i] ?? 0));
            known += near[i];
            ended += kind.Counts[i];
        }

        for (int i = 0; i < Components; i++)
        {
            double expected = (near[i] + Doubt * _shares[i]) / (known + Doubt);
            // Something is left of each, lest a kind never have what its neighbours have.
            kind.Shares[i] = Math.Max((kind.Counts[i] + Doubt * expected) / (ended + Doubt), Negligible);
        }
    }

    /// <summary>Spreads the components over the classes.</summary>
    private void Spread()
    {
        for (int i = 0; i < Components; i++)
        {
            double[] density = _densities[i] ??= new double[RunTimeClasses.Count];
            double below = 0;
            for (int place = 0; place < density.Length; place++)
            {
                double upTo = Normal((place + 1 - _means[i]) / _deviations[i]);
                density[place] = Math.Max(upTo - below, Negligible);
                below = upTo;
            }
        }
    }

    /// <summary>The part of a normal distribution below <paramref name="x"/> deviations, to seven digits (Abramowitz and Stegun, 26.2.17).</summary>
    private static double Normal(double x)
    {
        double t = 1 / (1 + 0.2316419 * Math.Abs(x));
        double beyond = PortableMath.Exp(-x * x / 2) * 0.3989422804 * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return x > 0 ? 1 - beyond : beyond;
    }
}
