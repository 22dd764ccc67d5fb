using System.Runtime;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Time;

/// <summary>Clocks and sleeping. The collector, Stopwatch and DateTime all come here.</summary>
internal static unsafe class Clocks
{
    private const int Realtime = 0;
    private const int RealtimeCoarse = 5;
    private const int AbsoluteTime = 1;
    private const ulong TicksAtUnixEpoch = 621_355_968_000_000_000;

    private struct TimeValue
    {
        public long Seconds, Microseconds;
    }

    [RuntimeExport("clock_gettime")]
    private static int GetTime(int clock, TimeSpecification* time)
    {
        *time = clock is Realtime or RealtimeCoarse
            ? TimeSpecification.FromNanoseconds((ulong)KernelCall.ClockWall())
            : TimeSpecification.FromNanoseconds(KernelCall.ClockMonotonic());
        return 0;
    }

    [RuntimeExport("clock_getres")]
    private static int GetResolution(int clock, TimeSpecification* time)
    {
        if (time != null)
            *time = TimeSpecification.FromNanoseconds(1);
        return 0;
    }

    [RuntimeExport("gettimeofday")]
    private static int GetTimeOfDay(TimeValue* time, void* zone)
    {
        long wall = KernelCall.ClockWall();
        time->Seconds = wall / (long)TimeSpecification.NanosecondsPerSecond;
        time->Microseconds = wall % (long)TimeSpecification.NanosecondsPerSecond / 1000;
        return 0;
    }

    [RuntimeExport("nanosleep")]
    private static int Sleep(TimeSpecification* time, TimeSpecification* remaining)
    {
        KernelCall.SleepUntil(KernelCall.ClockMonotonic() + time->ToNanoseconds());
        return 0;
    }

    [RuntimeExport("clock_nanosleep")]
    private static int ClockSleep(int clock, int flags, TimeSpecification* time, TimeSpecification* remaining)
    {
        ulong wanted = time->ToNanoseconds();
        KernelCall.SleepUntil((flags & AbsoluteTime) != 0 ? wanted : KernelCall.ClockMonotonic() + wanted);
        return 0;
    }

    [RuntimeExport("usleep")]
    private static int SleepMicroseconds(uint microseconds)
    {
        KernelCall.SleepUntil(KernelCall.ClockMonotonic() + microseconds * 1000ul);
        return 0;
    }

    /// <summary>Stopwatch ticks: nanoseconds.</summary>
    [RuntimeExport("SystemNative_GetTimestamp")]
    private static ulong GetTimestamp() => KernelCall.ClockMonotonic();

    [RuntimeExport("SystemNative_GetTimestampResolution")]
    private static ulong GetTimestampResolution() => TimeSpecification.NanosecondsPerSecond;

    [RuntimeExport("SystemNative_GetBootTimeTicks")]
    private static long GetBootTimeTicks() =>
        (KernelCall.ClockWall() - (long)KernelCall.ClockMonotonic()) / 100 + (long)TicksAtUnixEpoch;

    /// <summary>DateTime.UtcNow: units of 100 ns since 1970.</summary>
    [RuntimeExport("SystemNative_GetSystemTimeAsTicks")]
    private static long GetSystemTimeAsTicks() => KernelCall.ClockWall() / 100;
}
