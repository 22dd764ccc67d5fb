using System.Numerics;

namespace MicroLake.Nucleus.Features;

/// <summary>
/// How long runs took that have something in common, the newest counting most. Times are logarithms to base 2 of nanoseconds in parts of
/// <see cref="Parts"/>, so that a mean is not that of the longest alone.
/// </summary>
public struct RunTimes
{
    /// <summary>Parts of a power of two.</summary>
    public const int Parts = 256;

    /// <summary>Runs beyond these make no difference to what is known.</summary>
    public const int MostCounted = 255;

    /// <summary>The last run, and the one before; the mean in sixteenths.</summary>
    private int _last, _beforeLast, _mean;
    private int _count;

    public readonly int Count => _count;

    public readonly int Last => _last;

    public readonly int BeforeLast => _beforeLast;

    public readonly int Mean => _mean / 16;

    /// <summary>The logarithm of 1 more than a time, between powers of two on a straight line.</summary>
    public static int Log(ulong nanoseconds)
    {
        ulong value = nanoseconds == ulong.MaxValue ? nanoseconds : nanoseconds + 1;
        int power = BitOperations.Log2(value);
        return power * Parts + (int)((value << (63 - power) >> 55) & (Parts - 1));
    }

    /// <summary>One more run, given by its logarithm.</summary>
    /// <param name="run">From <see cref="Log"/>.</param>
    /// <param name="memory">The mean is one of about so many.</param>
    public void Add(int run, int memory)
    {
        _beforeLast = _count == 0 ? run : _last;
        _last = run;
        _mean += (run * 16 - _mean) / (_count + 1 < memory ? _count + 1 : memory);
        if (_count < MostCounted)
            _count++;
    }
}
