using MicroLake.Nn;

namespace MicroLake.Replay.Reclaim;

/// <summary>What is known of each object's past: when it was used, at which distances, how often. Distances are counted in accesses and given
/// as logarithms to base 2 of their share of the cache's size, so that small and large caches are the same to a model.</summary>
public sealed class ReuseFeatures
{
    /// <summary>Numbers in a row.</summary>
    public const int Count = 16;

    private const int Gaps = 3;

    /// <summary>Distances beyond 2^6 times the cache, or below 2^-8 of it, make no difference.</summary>
    private const double Shortest = -8, Longest = 6;

    private readonly int[] _last;
    private readonly int[] _first;
    private readonly int[] _uses;
    private readonly int[] _gaps;
    private readonly float[] _meanGap;
    private float _firstUses, _secondUses;

    /// <param name="objects">They are numbered from 0 up to, but not, this.</param>
    public ReuseFeatures(int objects)
    {
        _last = new int[objects];
        _first = new int[objects];
        _uses = new int[objects];
        _gaps = new int[objects * Gaps];
        _meanGap = new float[objects];
    }

    /// <summary>Name and unit of each feature.</summary>
    public static IReadOnlyList<(string Name, string Unit)> Names { get; } =
    [
        ("age", "log2_of_cache"), ("gap_1", "log2_of_cache"), ("gap_2", "log2_of_cache"), ("gap_3", "log2_of_cache"), ("gap_mean", "log2_of_cache"),
        ("uses", "log2"), ("use_interval", "log2_of_cache"), ("left_of_gap_1", "signed_log2"), ("left_of_gap_2", "signed_log2"),
        ("left_of_gap_mean", "signed_log2"), ("gap_1_to_2", "log2"), ("gap_1_to_3", "log2"),
        ("reuse_of_narrow_kind", "share"), ("reuse_of_wide_kind", "share"), ("recent_first_uses", "share"), ("recent_second_uses", "share"),
    ];

    /// <summary>When an object was last used.</summary>
    public int LastUse(int id) => _last[id];

    /// <summary>An object is used.</summary>
    public void Access(int id, int now, int cacheSize)
    {
        // What is new, and what turns out to be of use: over a quarter of a cache's worth of accesses, so that a change shows at once.
        float newest = 4f / Math.Max(cacheSize, 16);
        _firstUses += newest * ((_uses[id] == 0 ? 1 : 0) - _firstUses);
        _secondUses += newest * ((_uses[id] == 1 ? 1 : 0) - _secondUses);
        if (_uses[id] == 0)
        {
            _first[id] = now;
        }
        else
        {
            Span<int> gaps = _gaps.AsSpan(id * Gaps, Gaps);
            gaps[..^1].CopyTo(gaps[1..]);
            gaps[0] = now - _last[id];
            float log = (float)PortableMath.Log2(gaps[0]);
            _meanGap[id] = _uses[id] == 1 ? log : _meanGap[id] + 0.3f * (log - _meanGap[id]);
        }

        _last[id] = now;
        if (_uses[id] < int.MaxValue)
            _uses[id]++;
    }

    /// <summary>The number is another object's from now on.</summary>
    public void Forget(int id) => _uses[id] = 0;

    /// <summary>Which of the kinds of <see cref="ReuseRates"/> an object is now.</summary>
    internal ReuseKind KindOf(int id, int now, int cacheSize)
    {
        int uses = Math.Min(ReuseKind.UsesClasses - 1, Magnitude(_uses[id] - 1));
        int age = Math.Clamp((int)Math.Floor(Share(now - _last[id], cacheSize)) + 5, 0, ReuseKind.AgeClasses - 1);
        int gap = _uses[id] < 2 ? 0 : Math.Clamp((int)Math.Floor(Share(_gaps[id * Gaps], cacheSize) / 2) + 3, 1, ReuseKind.GapClasses - 1);
        int interval = Math.Clamp((int)Math.Floor(Share(Interval(id, now), cacheSize)) + 5, 0, ReuseKind.IntervalClasses - 1);
        return new(uses, interval, age, gap);

        static int Magnitude(int value) => value <= 0 ? 0 : 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value);
    }

    /// <summary>Writes the features of an object that might leave a cache of <paramref name="cacheSize"/> objects now.</summary>
    public void Write(int id, int now, int cacheSize, ReuseRates rates, Span<float> row)
    {
        ReadOnlySpan<int> gaps = _gaps.AsSpan(id * Gaps, Gaps);
        int age = now - _last[id], known = Math.Min(_uses[id] - 1, Gaps);
        double mean = known > 0 ? PortableMath.Exp2(_meanGap[id]) : 0;
        ReuseKind kind = KindOf(id, now, cacheSize);
        row[0] = Log(age);
        row[1] = known > 0 ? Log(gaps[0]) : (float)Longest;
        row[2] = known > 1 ? Log(gaps[1]) : row[1];
        row[3] = known > 2 ? Log(gaps[2]) : row[2];
        row[4] = known > 0 ? Log(mean) : (float)Longest;
        row[5] = (float)PortableMath.Log2(Math.Min(_uses[id], 1 << 12));
        row[6] = Log(Interval(id, now));
        row[7] = known > 0 ? Left(gaps[0]) : 0;
        row[8] = known > 1 ? Left(gaps[1]) : row[7];
        row[9] = known > 0 ? Left(mean) : 0;
        row[10] = Math.Abs(row[1] - row[2]);
        row[11] = Math.Abs(row[1] - row[3]);
        row[12] = rates.OfNarrow(kind);
        row[13] = rates.OfWide(kind);
        row[14] = _firstUses;
        row[15] = _secondUses;

        float Log(double distance) => (float)Share(distance, cacheSize);

        // How long until the object is used if it keeps its distance: the logarithm, with the sign of what is left.
        float Left(double gap)
        {
            double share = (gap - age) / cacheSize;
            double size = PortableMath.Log2(1 + 64 * Math.Min(Math.Abs(share), 64));
            return (float)(share < 0 ? -size : size);
        }
    }

    /// <summary>The result that a model should give for an object used again after <paramref name="distance"/> accesses.</summary>
    public static float TargetOf(double distance, int cacheSize) => (float)Share(distance, cacheSize);

    private double Interval(int id, int now) => (double)(now - _first[id]) / _uses[id];

    private static double Share(double distance, int cacheSize) => Math.Clamp(PortableMath.Log2((distance + 1) / cacheSize), Shortest, Longest);
}
