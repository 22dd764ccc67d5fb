using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Diagnostics;

namespace MicroLake.Nucleus.Time;

/// <summary>Monotonic nanoseconds from the time-stamp counter, and wall time set once from the real-time clock.</summary>
internal static class Clock
{
    private static TimeConversion s_conversion;
    private static ulong s_start;
    private static long s_wallAtStart;
    private static ulong s_frequency;

    /// <summary>Time-stamp ticks per second.</summary>
    public static ulong Frequency => s_frequency;

    public static void Start(ulong frequency)
    {
        s_frequency = frequency;
        if (!TimeConversion.TryCreate(frequency, TimeConversion.Nanoseconds, out s_conversion))
            Panic.Raise("the time-stamp counter's frequency makes no sense"u8, frequency);
        s_start = Processor.ReadTimeStamp();
    }

    /// <summary>Nanoseconds since <see cref="Start"/>.</summary>
    public static ulong Monotonic() => s_conversion.Convert(Processor.ReadTimeStamp() - s_start);

    /// <summary>The same for a reading of the time-stamp counter.</summary>
    public static ulong MonotonicAt(ulong timeStamp) => s_conversion.Convert(timeStamp - s_start);

    /// <summary>What the time-stamp counter reads so many nanoseconds after <see cref="Start"/>.</summary>
    public static ulong TimeStampAt(ulong nanoseconds) =>
        s_start + nanoseconds / TimeConversion.Nanoseconds * s_frequency
        + nanoseconds % TimeConversion.Nanoseconds * s_frequency / TimeConversion.Nanoseconds;

    public static void SetWall(long unixSeconds) =>
        s_wallAtStart = unixSeconds * 1_000_000_000 - (long)Monotonic();

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public static long Wall() => s_wallAtStart + (long)Monotonic();
}
