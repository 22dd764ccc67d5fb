using MicroLake.Nn;

namespace MicroLake.Replay.Reclaim;

/// <summary>What is known of each object's past: when it was used, at which distances, how often. Distances are counted in accesses and given
/// as logarithms to base 2 of their share of the cache's size, so that small and large caches are the same to a model.</summary>
public sealed class ReuseFeatures
{
    /// <summary>Numbers in a row.</summary>
    public const int Count = 30;

    private const int Gaps = 3;

    /// <summary>A use's weight in <c>fading_uses</c> is halved in so many caches of accesses.</summary>
    private const int FadingCaches = 4;

    /// <summary>Logarithms between which models foresee distances: of what is used sooner none should leave, and of what is used later any may.</summary>
    private const float Nearest = -4, Farthest = 3;

    /// <summary>Distances beyond 2^5 times the cache, or below 2^-8 of it, make no difference. Traces for training reach this bound and the following ones: what a
    /// module sees later is not beyond what it knows.</summary>
    internal const int Shortest = -8, Longest = 5;

    private const int MostUses = 1 << 11;
    private const float MostFading = 8, MostDifference = 8;
    private const float MostAgeBeyondLru = 5.32f, LeastUsesBeyondLeast = -4.248f, LeastLeadOfLru = -0.944f;

    private readonly int[] _last;
    private readonly int[] _first;
    private readonly int[] _uses;
    private readonly int[] _gaps;
    private readonly float[] _meanGap;
    private readonly float[] _fadingUses;
    private readonly ReuseCohorts _cohorts;
    private readonly ReuseTrends _trends = new();
    private double _fadingTime;

    /// <param name="objects">They are numbered from 0 up to, but not, this.</param>
    public ReuseFeatures(int objects)
    {
        _last = new int[objects];
        _first = new int[objects];
        _uses = new int[objects];
        _gaps = new int[objects * Gaps];
        _meanGap = new float[objects];
        _fadingUses = new float[objects];
        _cohorts = new(objects);
    }

    /// <summary>Name and unit of each feature.</summary>
    public static IReadOnlyList<(string Name, string Unit)> Names { get; } =
    [
        ("age", "log2_of_cache"), ("gap_1", "log2_of_cache"), ("gap_2", "log2_of_cache"), ("gap_3", "log2_of_cache"), ("gap_mean", "log2_of_cache"),
        ("uses", "log2"), ("use_interval", "log2_of_cache"), ("left_of_gap_1", "signed_log2"), ("left_of_gap_2", "signed_log2"),
        ("left_of_gap_mean", "signed_log2"), ("gap_1_to_2", "log2"), ("gap_1_to_3", "log2"),
        ("reuse_of_narrow_kind", "share"), ("reuse_of_wide_kind", "share"), ("recent_first_uses", "share"), ("recent_second_uses", "share"),
        ("recent_cohort_uses", "log2"), ("cohort_uses", "log2"), ("fading_uses", "log2"), ("recent_old_uses", "share"), ("recent_uses_beyond_age", "log2"),
        ("recent_gap_change", "log2"), ("recent_long_gaps", "share"), ("recent_gap", "log2_of_cache"),
        ("age_beyond_lru", "log2"), ("uses_beyond_least", "log2"), ("reuse_of_held_kind", "share"),
        ("stay", "log2_of_cache"), ("uses_here", "log2"), ("recent_lead_of_lru", "share"),
    ];

    /// <summary>When an object was last used.</summary>
    public int LastUse(int id) => _last[id];

    /// <summary>An object is used.</summary>
    public void Access(int id, int now, int cacheSize)
    {
        int age = now - _last[id];
        // Caches grow and shrink: time goes by accesses.
        _fadingTime += 1.0 / (FadingCaches * Math.Max(16, cacheSize));
        _trends.Count(_uses[id], age, now - _first[id], cacheSize);
        if (_uses[id] == 0)
        {
            _first[id] = now;
            _fadingUses[id] = (float)_fadingTime;
            _cohorts.Join(id, now, cacheSize);
        }
        else
        {
            Span<int> gaps = _gaps.AsSpan(id * Gaps, Gaps);
            _trends.CountGap((float)Share(age, cacheSize), _uses[id] > 1 ? (float)Share(gaps[0], cacheSize) : null);
            gaps[..^1].CopyTo(gaps[1..]);
            gaps[0] = age;
            float log = (float)PortableMath.Log2(age);
            _meanGap[id] = _uses[id] == 1 ? log : _meanGap[id] + 0.3f * (log - _meanGap[id]);
            // The sum of 2^(time of use), as a logarithm: weights that grow instead of all others fading.
            _fadingUses[id] = (float)(_fadingTime + PortableMath.Log2(1 + PortableMath.Exp2(_fadingUses[id] - _fadingTime)));
            _cohorts.Use(id, now, cacheSize);
        }

        _last[id] = now;
        if (_uses[id] < int.MaxValue)
            _uses[id]++;
    }

    /// <summary>The number is another object's from now on.</summary>
    public void Forget(int id) => _uses[id] = 0;

    /// <summary>Which of the kinds of <see cref="ReuseRates"/> an object is now.</summary>
    internal ReuseKind KindOf(int id, int now, int cacheSize, int holders)
    {
        int uses = Math.Min(ReuseKind.UsesClasses - 1, Magnitude(_uses[id] - 1));
        int age = Math.Clamp((int)Math.Floor(Share(now - _last[id], cacheSize)) + 5, 0, ReuseKind.AgeClasses - 1);
        int gap = _uses[id] < 2 ? 0 : Math.Clamp((int)Math.Floor(Share(_gaps[id * Gaps], cacheSize) / 2) + 3, 1, ReuseKind.GapClasses - 1);
        int interval = Math.Clamp((int)Math.Floor(Share(Interval(id, now), cacheSize)) + 5, 0, ReuseKind.IntervalClasses - 1);
        return new(uses, interval, age, gap, holders);

        static int Magnitude(int value) => value <= 0 ? 0 : 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value);
    }

    /// <summary>Writes the features of an object that might leave a cache of <paramref name="cacheSize"/> objects now.</summary>
    internal void Write(int id, int now, int cacheSize, in CacheView view, ReuseRates rates, Span<float> row)
    {
        ReadOnlySpan<int> gaps = _gaps.AsSpan(id * Gaps, Gaps);
        int age = now - _last[id], known = Math.Min(_uses[id] - 1, Gaps);
        double mean = known > 0 ? PortableMath.Exp2(_meanGap[id]) : 0;
        ReuseKind kind = KindOf(id, now, cacheSize, view.Beside.HoldersOf(id));
        row[0] = Log(age);
        row[1] = known > 0 ? Log(gaps[0]) : (float)Longest;
        row[2] = known > 1 ? Log(gaps[1]) : row[1];
        row[3] = known > 2 ? Log(gaps[2]) : row[2];
        row[4] = known > 0 ? Log(mean) : (float)Longest;
        row[5] = (float)PortableMath.Log2(Math.Min(_uses[id], MostUses));
        row[6] = Log(Interval(id, now));
        row[7] = known > 0 ? Left(gaps[0]) : 0;
        row[8] = known > 1 ? Left(gaps[1]) : row[7];
        row[9] = known > 0 ? Left(mean) : 0;
        row[10] = Math.Min(MostDifference, Math.Abs(row[1] - row[2]));
        row[11] = Math.Min(MostDifference, Math.Abs(row[1] - row[3]));
        row[12] = rates.OfNarrow(kind);
        row[13] = rates.OfWide(kind);
        row[14] = _trends.FirstUses;
        row[15] = _trends.SecondUses;
        (row[16], row[17]) = _cohorts.Uses(id, now, cacheSize);
        row[18] = (float)Math.Clamp(_fadingUses[id] - _fadingTime, -MostFading, MostFading);
        row[19] = _trends.OldUses;
        row[20] = _trends.UsesBeyond(row[0]);
        row[21] = _trends.GapChange;
        row[22] = _trends.LongGaps;
        row[23] = _trends.Gap;
        row[24] = Math.Min(MostAgeBeyondLru, Ratio(age, view.Beside.NextOfLru is >= 0 and int lru ? now - _last[lru] : age));
        row[25] = Math.Max(LeastUsesBeyondLeast, Ratio(_uses[id], view.Beside.NextOfMostUsed is >= 0 and int leastUsed ? _uses[leastUsed] : _uses[id]));
        row[26] = rates.OfHeld(kind);
        row[27] = Log(now - view.Came);
        row[28] = (float)PortableMath.Log2(Math.Min(view.Uses, MostUses));
        row[29] = Math.Max(LeastLeadOfLru, view.Beside.LeadOfLru);

        float Log(double distance) => (float)Share(distance, cacheSize);

        static float Ratio(int value, int limit) => (float)Math.Clamp(PortableMath.Log2((value + 1.0) / (limit + 1.0)), -MostDifference, MostDifference);

        // How long until the object is used if it keeps its distance: the logarithm, with the sign of what is left.
        float Left(double gap)
        {
            double share = (gap - age) / cacheSize;
            double size = PortableMath.Log2(1 + 64 * Math.Min(Math.Abs(share), 1 << Longest));
            return (float)(share < 0 ? -size : size);
        }
    }

    /// <summary>The result that a model should give for an object used again after <paramref name="distance"/> accesses.</summary>
    public static float TargetOf(double distance, int cacheSize) => Math.Clamp((float)Share(distance, cacheSize), Nearest, Farthest);

    private double Interval(int id, int now) => (double)(now - _first[id]) / _uses[id];

    private static double Share(double distance, int cacheSize) => Math.Clamp(PortableMath.Log2((distance + 1) / Math.Max(1, cacheSize)), Shortest, Longest);
}
