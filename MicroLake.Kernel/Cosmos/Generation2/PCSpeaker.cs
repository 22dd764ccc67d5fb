using MicroLake.CosmosSupport;

namespace Cosmos.System;

/// <summary>Note lengths in milliseconds.</summary>
public enum Durations
{
    Sixteenth = 100,
    Eighth = 200,
    Default = 200,
    Quarter = 400,
    Half = 800,
    Whole = 1600,
}

/// <summary>The PC speaker.</summary>
public class PCSpeaker
{
    /// <summary>800 Hz for 200 ms.</summary>
    public static void Beep() => Beep(800);

    /// <summary><paramref name="frequency"/> hertz for 200 ms.</summary>
    public static void Beep(uint frequency) => Beep(frequency, (uint)Durations.Default);

    /// <summary>Sounds a tone and returns when it is over.</summary>
    /// <param name="frequency">In hertz, 37 to 32767.</param>
    /// <param name="duration">In milliseconds, more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static void Beep(uint frequency, uint duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frequency, 37u);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frequency, 32767u);
        ArgumentOutOfRangeException.ThrowIfZero(duration);
        Machine.Current.Tone((int)frequency, TimeSpan.FromMilliseconds(duration));
    }
}
