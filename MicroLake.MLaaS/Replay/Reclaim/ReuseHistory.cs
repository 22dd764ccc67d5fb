namespace MicroLake.Replay.Reclaim;

/// <summary>The past of all objects and what it has taught about kinds of them: kept once, whatever caches look at it.</summary>
internal sealed class ReuseHistory(int objects)
{
    public ReuseFeatures Features { get; } = new(objects);

    public ReuseRates Rates { get; } = new();

    /// <summary>An object is used; told before any cache does something about it.</summary>
    public void Access(int id, int now, int cacheSize)
    {
        Features.Access(id, now, cacheSize);
        Rates.Settle(Features, now);
    }

    public void Write(int id, int now, int cacheSize, in CacheView view, Span<float> row) => Features.Write(id, now, cacheSize, view, Rates, row);

    /// <summary>Watches an object now and then.</summary>
    public void Watch(int id, int now, int cacheSize, int holders) =>
        Rates.Watch(id, Features.KindOf(id, now, cacheSize, holders), Features.LastUse(id), now, cacheSize);
}
