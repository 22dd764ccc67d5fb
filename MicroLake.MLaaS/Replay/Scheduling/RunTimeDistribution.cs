using MicroLake.Nn;

namespace MicroLake.Replay.Scheduling;

/// <summary>
/// How long jobs run of which nothing is known that tells one from another, learned as they end. Who has run for a while is of those that run long: what
/// a server gets out of a job is the chance that it ends soon over the time that this takes (the index of Gittins).
/// </summary>
internal sealed class RunTimeDistribution
{
    /// <summary>Powers of two of a second, from 2^-<see cref="Least"/> on.</summary>
    private const int Classes = 64;
    private const int Least = 24;

    /// <summary>An older job counts so much less with each that ends.</summary>
    private const double Fading = 0.9995;

    private readonly double[] _jobs = new double[Classes];

    public void Learn(double runTime)
    {
        for (int i = 0; i < Classes; i++)
            _jobs[i] *= Fading;
        _jobs[ClassOf(runTime)]++;
    }

    /// <summary>The least time in which a job that has run for <paramref name="attained"/> seconds ends, over the chance that it does: less goes first.</summary>
    public double Index(double attained)
    {
        int first = attained > 0 ? ClassOf(attained) : 0;
        double left = 0;
        for (int i = first; i < Classes; i++)
            left += _jobs[i];
        // Whoever has run longer than all before may do so for as long again.
        if (left == 0)
            return attained;
        double ended = 0, time = 0, best = double.PositiveInfinity;
        for (int i = first; i < Classes; i++)
        {
            if (_jobs[i] == 0)
                continue;
            double end = PortableMath.Exp2(i + 1 - Least);
            ended += _jobs[i];
            time += _jobs[i] * Math.Max(end * 0.75 - attained, attained / 16);
            best = Math.Min(best, (time + (left - ended) * (end - attained)) / ended);
        }

        return best;
    }

    /// <summary>The attained time at which the index is another; infinity beyond all classes.</summary>
    public static double NextChange(double attained)
    {
        int next = (attained > 0 ? ClassOf(attained) : 0) + 1;
        return next < Classes ? PortableMath.Exp2(next - Least) : double.PositiveInfinity;
    }

    private static int ClassOf(double seconds) => Math.Clamp((int)Math.Floor(PortableMath.Log2(Math.Max(seconds, double.Epsilon))) + Least, 0, Classes - 1);
}
