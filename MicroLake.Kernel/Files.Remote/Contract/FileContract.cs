namespace MicroLake.Files.Remote;

/// <summary>Sizes of the contract of files.</summary>
public static class FileContract
{
    /// <summary>The most bytes that one call reads or writes.</summary>
    public const int MostDataBytes = 64 << 10;

    /// <summary>Memory that a client shares: room for the longest call.</summary>
    public const int SharedBytes = 68 << 10;

    internal const int MostListBytes = 64 << 10;
    internal const int MostMountBytes = 4096;
    internal const int StatusBytes = 56;
    internal const int SpaceBytes = 17;
    internal const int AppendBytes = 13;

    /// <summary>A time that stays as it is.</summary>
    internal const long SameTime = long.MinValue;
}
