using MicroLake.Nn;

namespace MicroLake.Replay.Reclaim;

/// <summary>What the last uses of all objects were like: new or old objects, at which distances, and whether at those that were to be expected. A change of what
/// a program does shows here at once.</summary>
internal sealed class ReuseTrends
{
    /// <summary>Classes of distances, two for each doubling.</summary>
    private const int Classes = 2 * (ReuseFeatures.Longest - ReuseFeatures.Shortest);

    /// <summary>Weights grow instead of all others fading; before they are too great all are made small.</summary>
    private const double Greatest = 1e12;

    /// <summary>A share of uses below this makes no difference.</summary>
    private const double Least = 1 / 256.0;

    /// <summary>A distance that differs more from the one before differs by this; a mean that is greater is as good as the last.</summary>
    private const float MostChange = 6, MostMeanChange = 4;

    /// <summary>Bounds of a mean logarithm of distances.</summary>
    private const float LeastMean = -6, MostMean = 3.5f;

    private readonly double[] _distances = new double[Classes];
    private double _weight = 1, _all = 1e-6;
    private double _newest;
    private float _gap, _gapChange;

    /// <summary>Of first uses, of second ones, and of those of objects that are known for longer than a cache of accesses.</summary>
    public float FirstUses { get; private set; }

    public float SecondUses { get; private set; }

    public float OldUses { get; private set; }

    /// <summary>Of those that came after more than a cache of accesses.</summary>
    public float LongGaps { get; private set; }

    /// <summary>Mean logarithm of distances, and mean difference from those before.</summary>
    public float Gap => Math.Clamp(_gap, LeastMean, MostMean);

    public float GapChange => Math.Min(_gapChange, MostMeanChange);

    /// <summary>An object is used. What is new counts for as much as a quarter of a cache of accesses.</summary>
    /// <param name="uses">So many times before.</param>
    /// <param name="age">Accesses since the last use, if there was one.</param>
    /// <param name="known">Accesses since the first use.</param>
    public void Count(int uses, int age, int known, int cacheSize)
    {
        int size = Math.Max(16, cacheSize);
        _newest = 4.0 / size;
        FirstUses = Follow(FirstUses, uses == 0 ? 1 : 0);
        SecondUses = Follow(SecondUses, uses == 1 ? 1 : 0);
        OldUses = Follow(OldUses, uses > 0 && known > cacheSize ? 1 : 0);
        LongGaps = Follow(LongGaps, uses > 0 && age > cacheSize ? 1 : 0);
        _all += _weight;
        _weight *= 1 + 2.0 / size;
        if (_weight > Greatest)
            Shrink();
    }

    /// <summary>The object that was counted last had been used before, at such distances as logarithms.</summary>
    /// <param name="before">The distance before; null: there was none.</param>
    public void CountGap(float gap, float? before)
    {
        _distances[ClassOf(gap)] += _weight;
        _gap = Follow(_gap, gap);
        if (before is { } last)
            _gapChange = Follow(_gapChange, Math.Min(MostChange, Math.Abs(gap - last)));
    }

    /// <summary>The logarithm to base 2 of the share of uses that came after a distance of this or more.</summary>
    public float UsesBeyond(float age)
    {
        double beyond = 0;
        for (int i = ClassOf(age); i < Classes; i++)
            beyond += _distances[i];
        return (float)PortableMath.Log2(Math.Min(1, (beyond / _all) + Least));
    }

    private static int ClassOf(float gap) => Math.Clamp((int)((gap - ReuseFeatures.Shortest) * 2), 0, Classes - 1);

    private float Follow(float mean, float value) => mean + (float)_newest * (value - mean);

    private void Shrink()
    {
        for (int i = 0; i < Classes; i++)
            _distances[i] /= Greatest;
        _all /= Greatest;
        _weight /= Greatest;
    }
}
