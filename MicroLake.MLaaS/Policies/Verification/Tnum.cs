using System.Numerics;

namespace MicroLake.Policies.Verification;

/// <summary>
/// A set of numbers by what is known of each bit: where the mask is 1 the bit may be either, else it is the value's. ("Tristate numbers",
/// Vishwanathan et al., CGO 2022.) Each operation's result holds every result of numbers of its operands.
/// </summary>
internal readonly struct Tnum(ulong value, ulong mask)
{
    public readonly ulong Value = value;
    public readonly ulong Mask = mask;

    public static Tnum Unknown => new(0, ulong.MaxValue);

    public bool IsConstant => Mask == 0;

    public ulong Max => Value | Mask;

    public static Tnum Constant(ulong value) => new(value, 0);

    /// <summary>What all numbers of a range have in common: their leading bits.</summary>
    public static Tnum Range(ulong min, ulong max)
    {
        int different = 64 - BitOperations.LeadingZeroCount(min ^ max);
        ulong mask = different == 64 ? ulong.MaxValue : (1ul << different) - 1;
        return new(min & ~mask, mask);
    }

    public static Tnum operator +(Tnum a, Tnum b)
    {
        ulong masks = a.Mask + b.Mask, values = a.Value + b.Value;
        ulong mask = ((masks + values) ^ values) | a.Mask | b.Mask;
        return new(values & ~mask, mask);
    }

    public static Tnum operator -(Tnum a, Tnum b)
    {
        ulong values = a.Value - b.Value;
        ulong mask = ((values + a.Mask) ^ (values - b.Mask)) | a.Mask | b.Mask;
        return new(values & ~mask, mask);
    }

    public static Tnum operator &(Tnum a, Tnum b)
    {
        ulong value = a.Value & b.Value;
        return new(value, a.Max & b.Max & ~value);
    }

    public static Tnum operator |(Tnum a, Tnum b)
    {
        ulong value = a.Value | b.Value;
        return new(value, (a.Mask | b.Mask) & ~value);
    }

    public static Tnum operator ^(Tnum a, Tnum b)
    {
        ulong mask = a.Mask | b.Mask;
        return new((a.Value ^ b.Value) & ~mask, mask);
    }

    /// <summary>Long multiplication: a known 1 adds the other number, an unknown bit adds perhaps nothing of it.</summary>
    public static Tnum operator *(Tnum a, Tnum b)
    {
        ulong product = a.Value * b.Value;
        Tnum sum = Constant(0);
        while ((a.Value | a.Mask) != 0)
        {
            if ((a.Value & 1) != 0)
                sum += new Tnum(0, b.Mask);
            else if ((a.Mask & 1) != 0)
                sum += new Tnum(0, b.Max);
            a >>= 1;
            b <<= 1;
        }

        return Constant(product) + sum;
    }

    public static Tnum operator <<(Tnum a, int count) => new(a.Value << count, a.Mask << count);

    public static Tnum operator >>(Tnum a, int count) => new(a.Value >>> count, a.Mask >>> count);

    public Tnum ShiftRightSigned(int count) => new((ulong)((long)Value >> count), (ulong)((long)Mask >> count));

    /// <summary>The low bytes.</summary>
    public Tnum Truncate(int bytes)
    {
        ulong kept = bytes == 8 ? ulong.MaxValue : (1ul << bytes * 8) - 1;
        return new(Value & kept, Mask & kept);
    }

    /// <summary>Numbers that are in both. False: there are none.</summary>
    public bool TryIntersect(Tnum other, out Tnum both)
    {
        ulong mask = Mask & other.Mask;
        both = new((Value | other.Value) & ~mask, mask);
        return ((Value ^ other.Value) & ~Mask & ~other.Mask) == 0;
    }

    /// <summary>Whether every number of the other is one of these.</summary>
    public bool Covers(Tnum other) => (other.Mask & ~Mask) == 0 && ((Value ^ other.Value) & ~Mask) == 0;

    public bool IsAligned(int bytes) => (Max & (ulong)(bytes - 1)) == 0;
}
