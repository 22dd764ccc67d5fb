namespace MicroLake.Storage;

/// <summary>How a disk is mounted.</summary>
public sealed class DiskOptions
{
    private const long DefaultCacheBytes = 16 << 20;

    /// <summary>What the names in messages begin with.</summary>
    public string MountPath { get; init; } = "";

    /// <summary>Takes messages of one line.</summary>
    public Action<string> Log { get; init; } = static _ => { };

    /// <summary>Gives the time stamps.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Bytes that the page cache may have; asked for again and again.</summary>
    public Func<long> CacheBudget { get; init; } = static () => DefaultCacheBytes;

    public IReadahead Readahead { get; init; } = new SequentialReadahead();

    public IReclaim Reclaim { get; init; } = new ClockReclaim();

    public IRequestOrder Order { get; init; } = new ReadsFirst();
}
