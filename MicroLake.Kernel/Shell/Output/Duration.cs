using System.Globalization;

namespace MicroLake.Shell;

/// <summary>Lengths of time as people read them.</summary>
public static class Duration
{
    /// <summary>Days, hours, minutes and seconds: <c>1 d 02:03:04</c>, <c>00:00:05</c>.</summary>
    public static string Clock(TimeSpan time)
    {
        string clock = time.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);
        return time.Days > 0 ? $"{time.Days} d {clock}" : clock;
    }

    /// <summary>Three significant digits and a unit from ns to s: <c>1.23 us</c>.</summary>
    public static string Short(double nanoseconds)
    {
        (double value, string unit) = nanoseconds switch
        {
            < 1e3 => (nanoseconds, "ns"),
            < 1e6 => (nanoseconds / 1e3, "us"),
            < 1e9 => (nanoseconds / 1e6, "ms"),
            _ => (nanoseconds / 1e9, "s"),
        };
        string format = value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return value.ToString(format, CultureInfo.InvariantCulture) + " " + unit;
    }
}
