namespace MicroLake.Replay.Reclaim;

/// <summary>What a cache that an object is in, and those of heuristics beside it, tell of the object.</summary>
internal readonly struct CacheView
{
    /// <summary>Which heuristics hold it.</summary>
    public required HeuristicsBeside Beside { get; init; }

    /// <summary>When it came.</summary>
    public required int Came { get; init; }

    /// <summary>Uses since then, that included.</summary>
    public required int Uses { get; init; }
}
