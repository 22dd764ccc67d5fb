using MicroLake.Nn;

namespace MicroLake.Replay.Scheduling;

/// <summary>How far run times lie from what was predicted of them, learned as jobs end: for predictions from much that is known otherwise than for
/// those from little.</summary>
internal sealed class PredictionErrors
{
    private const double Fading = 0.998;

    /// <summary>Jobs that errors of all predictions count for beside those of predictions from as much.</summary>
    private const double Doubt = 10;

    /// <summary>Jobs that <see cref="s_assumed"/> counts for.</summary>
    private const double Assumed = 1.5;

    /// <summary>The class of an error from nothing to a class.</summary>
    private const int None = RunTimeClasses.Count;

    /// <summary>Before it is known better: a half of all within a doubling or so.</summary>
    private static readonly double[] s_assumed = MakeAssumed();

    private readonly RunTimeHistogram _all = new(Fading);
    private readonly RunTimeHistogram[] _byTrust = new RunTimeHistogram[RunTimeFeatures.Trusts];
    private int _least = int.MaxValue, _greatest = -1;

    public PredictionErrors()
    {
        for (int i = 0; i < _byTrust.Length; i++)
            _byTrust[i] = new(Fading);
    }

    /// <param name="predicted">The logarithm to base 2 of seconds that was predicted.</param>
    /// <param name="trust">See <see cref="RunTimeFeatures.TrustIn"/>.</param>
    public void Learn(double predicted, int trust, double runTime)
    {
        int error = (int)Math.Clamp(Math.Floor((RunTimeClasses.Log(runTime) - predicted) * RunTimeClasses.PerDoubling), 1 - None, None - 1) + None;
        _all.Add(error);
        _byTrust[trust].Add(error);
        int runTimeClass = RunTimeClasses.Of(runTime);
        _least = Math.Min(_least, Math.Max(runTimeClass - RunTimeClasses.PerDoubling, 0));
        _greatest = Math.Max(_greatest, Math.Min(runTimeClass + RunTimeClasses.PerDoubling, RunTimeClasses.Count - 1));
    }

    /// <summary>Spreads <paramref name="share"/> over the run times that a job of this prediction may have, none of them much beyond all that occurred.</summary>
    public void AddChances(double predicted, int trust, Span<double> chances, double share)
    {
        if (_greatest < 0)
            return;
        Span<double> window = stackalloc double[_greatest + 1 - _least];
        RunTimeHistogram alike = _byTrust[trust];
        double ofAll = Doubt / (_all.Jobs + Assumed);
        double place = RunTimeClasses.Place(predicted), below = place - Math.Floor(place);
        // A class of run times lies across two of errors.
        int error = _least - (int)Math.Floor(place) + None;
        double sum = 0, before = Chance(error - 1);
        for (int i = 0; i < window.Length; i++)
        {
            double here = Chance(error + i);
            sum += window[i] = here * (1 - below) + before * below;
            before = here;
        }

        for (int i = 0; sum > 0 && i < window.Length; i++)
            chances[_least + i] += window[i] * (share / sum);

        double Chance(int of)
        {
            double assumed = (uint)of < (uint)s_assumed.Length ? s_assumed[of] : 0;
            return alike[of] + ofAll * (_all[of] + assumed);
        }
    }

    private static double[] MakeAssumed()
    {
        double[] chances = new double[2 * None];
        for (int i = 0; i < chances.Length; i++)
        {
            double doublings = (double)(i - None) / RunTimeClasses.PerDoubling;
            chances[i] = Assumed * 0.05 * PortableMath.Exp(-doublings * doublings / 8);
        }

        return chances;
    }
}
