using System.Diagnostics;

namespace MicroLake.GuestTests.Suites;

[Area("DateTime, Stopwatch, TimeZoneInfo.Utc")]
public static class TimeTests
{
    [GuestTest]
    public static void The_clock_shows_a_plausible_date()
    {
        DateTime now = DateTime.UtcNow;
        Check.That(now.Year is >= 2024 and < 2100, $"it says {now:O}");
        Check.Equal(DateTimeKind.Utc, now.Kind);
        Check.That((DateTimeOffset.UtcNow - now).Duration() < TimeSpan.FromMinutes(1));
    }

    [GuestTest]
    public static void Wall_time_does_not_stand_still()
    {
        DateTime start = DateTime.UtcNow;
        while (DateTime.UtcNow == start)
            Thread.Yield();
        Check.That(DateTime.UtcNow > start);
    }

    [GuestTest]
    public static void Stopwatch_never_runs_backwards()
    {
        Check.That(Stopwatch.IsHighResolution);
        long last = Stopwatch.GetTimestamp();
        bool moved = false;
        for (int i = 0; i < 100_000; i++)
        {
            long now = Stopwatch.GetTimestamp();
            Check.That(now >= last);
            moved |= now > last;
            last = now;
        }
        Check.That(moved);
    }

    [GuestTest]
    public static void Stopwatch_is_monotonic_across_threads()
    {
        long latest = 0;
        int backwards = 0;
        object gate = new();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                lock (gate)
                {
                    long now = Stopwatch.GetTimestamp();
                    if (now < latest)
                        backwards++;
                    latest = now;
                }
            }
        }))];
        foreach (Thread t in threads)
            t.Start();
        foreach (Thread t in threads)
            t.Join();
        Check.Equal(0, backwards);
    }

    [GuestTest]
    public static void Stopwatch_measures_a_sleep()
    {
        Stopwatch watch = Stopwatch.StartNew();
        Thread.Sleep(25);
        watch.Stop();
        Check.That(watch.Elapsed >= TimeSpan.FromMilliseconds(24.9), watch.Elapsed.ToString());
        TimeSpan stopped = watch.Elapsed;
        Thread.Sleep(1);
        Check.Equal(stopped, watch.Elapsed);
    }

    [GuestTest]
    public static void TickCount_agrees_with_Stopwatch_in_order()
    {
        long a = Environment.TickCount64;
        Thread.Sleep(20);
        long b = Environment.TickCount64;
        Check.That(b - a >= 19);
    }

    [GuestTest]
    public static void TimeZoneInfo_Utc_and_fixed_offsets()
    {
        var noon = new DateTime(2025, 7, 1, 12, 0, 0, DateTimeKind.Utc);
        Check.Equal(TimeSpan.Zero, TimeZoneInfo.Utc.GetUtcOffset(noon));
        Check.Equal(noon, TimeZoneInfo.ConvertTimeToUtc(noon, TimeZoneInfo.Utc));
        TimeZoneInfo made = TimeZoneInfo.CreateCustomTimeZone("made", TimeSpan.FromHours(5.5), "made", "made");
        Check.Equal(new DateTime(2025, 7, 1, 17, 30, 0), TimeZoneInfo.ConvertTimeFromUtc(noon, made));
    }

    [GuestTest]
    public static void Local_time_is_available()
    {
        TimeSpan offset = TimeZoneInfo.Local.GetUtcOffset(DateTime.UtcNow);
        Check.That(Math.Abs(offset.TotalHours) <= 14);
        Check.Equal(DateTimeKind.Local, DateTime.Now.Kind);
    }

    [GuestTest]
    public static void Dates_are_calculated_and_formatted()
    {
        var d = new DateTime(2024, 2, 28, 23, 59, 59, DateTimeKind.Utc);
        Check.Equal("2024-02-29T00:00:00.0000000Z", d.AddSeconds(1).ToString("O"));
        Check.Equal(DayOfWeek.Thursday, d.AddDays(1).DayOfWeek);
        Check.Equal("Wednesday, 28 February 2024", d.ToString("D"));
        Check.Equal(d, DateTime.Parse("2024-02-28T23:59:59Z", null, System.Globalization.DateTimeStyles.AdjustToUniversal));
        Check.Equal(366, (new DateOnly(2025, 1, 1).DayNumber - new DateOnly(2024, 1, 1).DayNumber));
        Check.Equal(new TimeOnly(1, 30), new TimeOnly(23, 30).AddHours(2));
    }
}
