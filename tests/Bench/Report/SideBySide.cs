namespace MicroLake.Bench.Report;

/// <summary>Joins our measurements with the peers' of the same name, over several interleaved runs.</summary>
public static class SideBySide
{
    /// <summary>One figure for each of our names, in the order of the first run, beside the peer whose least sample is best.</summary>
    public static IReadOnlyList<Figure> Join(IReadOnlyList<MeasuredLine> ours, IReadOnlyList<MeasuredLine> peers) =>
        [.. ours.GroupBy(m => m.Name).Select(runs => new Figure(
            runs.Key, runs.First().Unit, Spread.Merge([.. runs.Select(r => r.Spread)]), BestPeer(runs.Key, runs.First().Unit, peers)))];

    private static PeerFigure? BestPeer(string name, string unit, IReadOnlyList<MeasuredLine> peers) =>
        peers.Where(p => p.Name == name && p.Unit == unit)
            .GroupBy(p => p.Source)
            .Select(runs => new PeerFigure(runs.Key, Spread.Merge([.. runs.Select(r => r.Spread)])))
            .MinBy(p => p.Spread.Min);
}
