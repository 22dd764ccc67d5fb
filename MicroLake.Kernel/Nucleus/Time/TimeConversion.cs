using System;
using System.Runtime.CompilerServices;

namespace MicroLake.Nucleus.Time;

/// <summary>
/// Converts counts of one clock to counts of another, such as time-stamp counter ticks to nanoseconds, by one
/// multiplication and a shift. Results never overflow: they end at 2^64 - 1.
/// </summary>
/// <remarks>
/// The factor keeps 63 significant bits. For results below 2^62 (146 years of nanoseconds)
/// <see cref="Convert"/> is the exact quotient rounded down or one less, <see cref="ConvertUp"/> the exact
/// quotient rounded up or one more; both never decrease as counts grow.
/// </remarks>
public struct TimeConversion
{
    /// <summary>Frequency of a count of nanoseconds.</summary>
    public const ulong Nanoseconds = 1_000_000_000;

    private const ulong SmallestMultiplier = 1UL << 62;
    private const ulong LargestFrequency = 1UL << 48;

    private ulong _multiplier;
    private ulong _multiplierUp;
    private int _shift;

    /// <summary>Prepares the conversion from counts at one frequency to counts at another, both in hertz.</summary>
    /// <returns>False unless both frequencies are between 1 and 2^48.</returns>
    public static bool TryCreate(ulong fromFrequency, ulong toFrequency, out TimeConversion conversion)
    {
        conversion = default;
        if (fromFrequency - 1 >= LargestFrequency || toFrequency - 1 >= LargestFrequency)
            return false;

        // Long division, one binary digit at a time, until the quotient has 63 digits.
        ulong quotient = toFrequency / fromFrequency;
        ulong remainder = toFrequency % fromFrequency;
        int shift = 0;
        while (quotient < SmallestMultiplier)
        {
            quotient <<= 1;
            remainder <<= 1;
            if (remainder >= fromFrequency)
            {
                remainder -= fromFrequency;
                quotient |= 1;
            }
            shift++;
        }
        conversion._multiplier = quotient;
        conversion._multiplierUp = remainder == 0 ? quotient : quotient + 1;
        conversion._shift = shift;
        return true;
    }

    /// <summary>Converts, rounding down: for reading a clock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong Convert(ulong count)
    {
        ulong high = Math.BigMul(count, _multiplier, out ulong low);
        return ShiftRight(high, low);
    }

    /// <summary>Converts, rounding up: for deadlines, which must not be early.</summary>
    public readonly ulong ConvertUp(ulong count)
    {
        ulong high = Math.BigMul(count, _multiplierUp, out ulong low);
        ulong result = ShiftRight(high, low);
        bool exact = _shift < 64
            ? (low & ((1UL << _shift) - 1)) == 0
            : low == 0 && (high & ((1UL << (_shift - 64)) - 1)) == 0;
        return exact || result == ulong.MaxValue ? result : result + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ulong ShiftRight(ulong high, ulong low) => _shift >= 64 ? high >> (_shift - 64) : ShiftRightByLess(high, low);

    private readonly ulong ShiftRightByLess(ulong high, ulong low)
    {
        if (_shift == 0)
            return high == 0 ? low : ulong.MaxValue;
        return high >> _shift == 0 ? high << (64 - _shift) | low >> _shift : ulong.MaxValue;
    }
}
