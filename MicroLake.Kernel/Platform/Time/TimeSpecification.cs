namespace MicroLake.Platform.Time;

/// <summary>C's <c>timespec</c>.</summary>
internal struct TimeSpecification
{
    public const ulong NanosecondsPerSecond = 1_000_000_000;

    public long Seconds;
    public long Nanoseconds;

    public readonly ulong ToNanoseconds() =>
        Seconds < 0 ? 0
        : (ulong)Seconds >= ulong.MaxValue / NanosecondsPerSecond ? ulong.MaxValue
        : (ulong)Seconds * NanosecondsPerSecond + (ulong)Nanoseconds;

    public static TimeSpecification FromNanoseconds(ulong value)
    {
        TimeSpecification time;
        time.Seconds = (long)(value / NanosecondsPerSecond);
        time.Nanoseconds = (long)(value % NanosecondsPerSecond);
        return time;
    }
}
