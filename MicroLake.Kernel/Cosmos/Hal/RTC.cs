namespace Cosmos.HAL;

/// <summary>The wall clock in the pieces that the real-time clock has. The kernel reads the chip at boot and keeps time from there.</summary>
public static class RTC
{
    public static byte Second => (byte)DateTime.UtcNow.Second;

    public static byte Minute => (byte)DateTime.UtcNow.Minute;

    public static byte Hour => (byte)DateTime.UtcNow.Hour;

    /// <summary>1 (Sunday) to 7.</summary>
    public static byte DayOfTheWeek => (byte)((int)DateTime.UtcNow.DayOfWeek + 1);

    public static byte DayOfTheMonth => (byte)DateTime.UtcNow.Day;

    public static byte Month => (byte)DateTime.UtcNow.Month;

    /// <summary>The year within its century, 0 to 99.</summary>
    public static byte Year => (byte)(DateTime.UtcNow.Year % 100);

    /// <summary>The first two digits of the year.</summary>
    public static byte Century => (byte)(DateTime.UtcNow.Year / 100);
}
