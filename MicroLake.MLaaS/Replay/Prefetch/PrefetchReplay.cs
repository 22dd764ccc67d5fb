using System.Globalization;
using MicroLake.Replay.Reclaim;
using MicroLake.Replay.Report;

namespace MicroLake.Replay.Prefetch;

/// <summary><c>replay mm.prefetch</c>: pages of files read through a cache, with every way of reading ahead.</summary>
public static class PrefetchReplay
{
    public const string Hook = "mm.prefetch";

    private const int FixedPages = 8;

    internal static readonly PolicyName[] Policies =
    [
        new("none", PolicyKind.Heuristic), new("fixed", PolicyKind.Heuristic), new("doubling", PolicyKind.Heuristic), new("stride", PolicyKind.Heuristic),
        new("all-knowing", PolicyKind.Oracle),
    ];

    internal static ReplayReport Run(FilePage[] trace, Capacity capacity, string? policy, CancellationToken cancellation = default)
    {
        long pages = capacity.IsBytes ? capacity.Amount / AccessTrace.PageSize : capacity.Amount;
        if (pages is < 1 or > int.MaxValue)
            throw new ReplayException($"--capacity is {pages} pages; 1 to {int.MaxValue} can be");
        var report = new ReplayReport(Hook, ("policy", "policy"), ("kind", "kind"), ("misses", "misses"), ("read ahead", "readAhead"), ("used", "used"),
            ("wasted", "wasted"), ("coverage", "coverage"), ("accuracy", "accuracy"));
        report.AddFact("pages_read", trace.Length);
        report.AddFact("capacity", pages.ToString(CultureInfo.InvariantCulture) + " pages");
        foreach (PolicyName name in PolicyName.Chosen(Policies, policy))
            AddRow(report, name, trace, (int)pages, cancellation);
        report.AddNote("coverage: share of the waits that reading ahead saved; accuracy: share of the pages read ahead that were used; the oracle reads the next page in time, always");
        return report;
    }

    private static void AddRow(ReplayReport report, PolicyName name, FilePage[] trace, int pages, CancellationToken cancellation)
    {
        ReadAhead? readAhead = name.Name switch
        {
            "none" => new NoReadAhead(),
            "fixed" => new FixedReadAhead(FixedPages),
            "doubling" => new DoublingReadAhead(),
            "stride" => new StrideReadAhead(),
            _ => null,
        };
        var cache = new PageCache(pages);
        long misses = 0, ahead = 0, used = 0;
        for (int i = 0; i < trace.Length; i++)
        {
            if ((i & 0xFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            (bool here, bool first) = cache.Use(trace[i].Key);
            misses += here ? 0 : 1;
            used += first ? 1 : 0;
            if (readAhead is not null)
                ahead += Fetch(cache, trace[i].File, readAhead.After(trace[i], !here, first), pages);
            else if (i + 1 < trace.Length)
                ahead += Fetch(cache, trace[i + 1].File, new(trace[i + 1].Page, 1), pages);
        }

        report.AddRow(name.Name, name.Word, misses, ahead, used, cache.Wasted + cache.Unused,
            ReportValue.Of(used + misses == 0 ? double.NaN : (double)used / (used + misses), 4), ReportValue.Of(ahead == 0 ? double.NaN : (double)used / ahead, 4));
    }

    /// <summary>Reads pages ahead that are not here yet; returns how many. Never so many that they push each other out.</summary>
    private static long Fetch(PageCache cache, int file, PageRun run, int capacity)
    {
        const long MaxPage = 1L << 39;
        long fetched = 0;
        for (int i = 0; i < Math.Min(run.Count, capacity - 1); i++)
        {
            long page = run.First + i * run.Step;
            if (page is < 0 or > MaxPage)
                break;
            long key = new FilePage(file, page).Key;
            if (cache.Contains(key))
                continue;
            cache.Add(key, ahead: true);
            fetched++;
        }

        return fetched;
    }
}
