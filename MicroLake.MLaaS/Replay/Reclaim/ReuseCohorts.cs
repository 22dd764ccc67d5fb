using MicroLake.Nn;

namespace MicroLake.Replay.Reclaim;

/// <summary>Objects that were first used at about the same time are often in use at the same time, too: the pages of a file, the data of a phase.
/// How often those of each cohort were used of late tells of one that was not used whether the others still are.</summary>
internal sealed class ReuseCohorts(int objects)
{
    /// <summary>So many cohorts begin in as many accesses as the cache has objects.</summary>
    private const int CohortsPerCache = 8;

    /// <summary>Cohorts that are told apart; all that are older are one.</summary>
    private const int Cohorts = 512;

    /// <summary>How often in a cache of accesses the weight of a use is halved: for what is new, and for what lasts.</summary>
    private const double RecentHalvings = 6, LastingHalvings = 0.75;

    private const double Ln2 = 0.6931471805599453;

    /// <summary>Fewer uses of an object in a cache of accesses make no difference, nor do more.</summary>
    private const double Fewest = 1 / 64.0, Most = 64;

    private readonly int[] _cohorts = new int[objects];

    /// <summary>The last one is that of all old ones.</summary>
    private readonly Cohort[] _all = new Cohort[Cohorts + 1];
    private int _newest, _end;

    /// <summary>An object is used for the first time.</summary>
    public void Join(int id, int now, int cacheSize)
    {
        Begin(now, cacheSize);
        _cohorts[id] = _newest;
        _all[_newest % Cohorts].Members++;
    }

    /// <summary>An object is used again.</summary>
    public void Use(int id, int now, int cacheSize)
    {
        Begin(now, cacheSize);
        ref Cohort cohort = ref At(id, now, cacheSize);
        cohort.Recent++;
        cohort.Lasting++;
    }

    /// <summary>The logarithm to base 2 of how often objects of one's cohort are used again in a cache of accesses: of late, and lately.</summary>
    public (float Recent, float Lasting) Uses(int id, int now, int cacheSize)
    {
        ref Cohort cohort = ref At(id, now, cacheSize);
        return (Log(cohort.Recent * RecentHalvings, cohort.Members), Log(cohort.Lasting * LastingHalvings, cohort.Members));

        static float Log(double uses, int members) => (float)PortableMath.Log2(Math.Min(Most, (uses * Ln2 / Math.Max(1, members)) + Fewest));
    }

    private ref Cohort At(int id, int now, int cacheSize)
    {
        ref Cohort cohort = ref _all[_cohorts[id] <= _newest - Cohorts ? Cohorts : _cohorts[id] % Cohorts];
        Fade(ref cohort, now, cacheSize);
        return ref cohort;
    }

    private void Begin(int now, int cacheSize)
    {
        if (now < _end)
            return;
        _end = now + Math.Max(2, cacheSize / CohortsPerCache);
        ref Cohort place = ref _all[++_newest % Cohorts], old = ref _all[Cohorts];
        Fade(ref place, now, cacheSize);
        Fade(ref old, now, cacheSize);
        old.Members += place.Members;
        old.Recent += place.Recent;
        old.Lasting += place.Lasting;
        place = new() { FadedAt = now };
    }

    private static void Fade(ref Cohort cohort, int now, int cacheSize)
    {
        double passed = (double)(now - cohort.FadedAt) / Math.Max(16, cacheSize);
        if (passed == 0)
            return;
        cohort.Recent *= PortableMath.Exp2(-passed * RecentHalvings);
        cohort.Lasting *= PortableMath.Exp2(-passed * LastingHalvings);
        cohort.FadedAt = now;
    }

    private struct Cohort
    {
        public int Members;
        public int FadedAt;
        public double Recent;
        public double Lasting;
    }
}
