namespace MicroLake.Bench.Report;

/// <summary>A peer's value of the same measurement.</summary>
public sealed record PeerFigure(string Name, Spread Spread);

/// <summary>
/// One measured value under its stable dotted name. Less is better in every unit: ns, us, ms, s, bytes, percent, instructions.
/// </summary>
public sealed record Figure(string Name, string Unit, Spread Spread, PeerFigure? Peer = null)
{
    /// <summary>Ours divided by the peer's, of the least samples: noise only ever adds. Null without a peer, or when the peer's is 0.</summary>
    public double? Ratio => Peer is { Spread.Min: not 0 } ? Spread.Min / Peer.Spread.Min : null;
}
