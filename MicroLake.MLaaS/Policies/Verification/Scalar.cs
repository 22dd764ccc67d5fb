namespace MicroLake.Policies.Verification;

/// <summary>What is known of a number of 64 bits: its bits, and its bounds as an unsigned and as a signed number.</summary>
internal struct Scalar
{
    public Tnum Bits;
    public ulong Min;
    public ulong Max;
    public long SignedMin;
    public long SignedMax;

    public static Scalar Unknown => new() { Bits = Tnum.Unknown, Max = ulong.MaxValue, SignedMin = long.MinValue, SignedMax = long.MaxValue };

    public readonly bool IsConstant => Min == Max;

    /// <summary>Fits 32 bits: the upper half is zero.</summary>
    public readonly bool IsWord => Max <= uint.MaxValue;

    public static Scalar Constant(ulong value) =>
        new() { Bits = Tnum.Constant(value), Min = value, Max = value, SignedMin = (long)value, SignedMax = (long)value };

    /// <summary>Any number of so many bytes, zero-extended.</summary>
    public static Scalar OfBytes(int bytes) => bytes == 8 ? Unknown : Between(0, (1ul << bytes * 8) - 1);

    public static Scalar Between(ulong min, ulong max)
    {
        Scalar scalar = Unknown;
        scalar.Min = min;
        scalar.Max = max;
        scalar.Tighten();
        return scalar;
    }

    public static Scalar SignedBetween(long min, long max)
    {
        Scalar scalar = Unknown;
        scalar.SignedMin = min;
        scalar.SignedMax = max;
        scalar.Tighten();
        return scalar;
    }

    public static Scalar OfBits(Tnum bits)
    {
        Scalar scalar = Unknown;
        scalar.Bits = bits;
        scalar.Tighten();
        return scalar;
    }

    /// <summary>Lets bits and bounds learn from each other. False: no number is left.</summary>
    public bool Tighten()
    {
        // What the signs say may tell the bits, which tell the bounds: two turns are enough for nearly all, and stopping early is sound.
        for (int turn = 0; turn < 2; turn++)
        {
            Min = Math.Max(Min, Bits.Value);
            Max = Math.Min(Max, Bits.Max);
            const ulong Sign = 1ul << 63;
            SignedMin = Math.Max(SignedMin, (long)(Bits.Value | (Bits.Mask & Sign)));
            SignedMax = Math.Min(SignedMax, (long)(Bits.Value | (Bits.Mask & ~Sign)));
            // Bounds of one sign are in the same order either way.
            if (SignedMin >= 0 || SignedMax < 0)
            {
                Min = Math.Max(Min, (ulong)SignedMin);
                Max = Math.Min(Max, (ulong)SignedMax);
            }

            if ((long)Min >= 0 == (long)Max >= 0)
            {
                SignedMin = Math.Max(SignedMin, (long)Min);
                SignedMax = Math.Min(SignedMax, (long)Max);
            }

            if (Min > Max || SignedMin > SignedMax || !Bits.TryIntersect(Tnum.Range(Min, Max), out Bits))
                return false;
        }

        return true;
    }

    /// <summary>Numbers that are in both. False: there are none.</summary>
    public static bool TryIntersect(Scalar a, Scalar b, out Scalar both)
    {
        both = new()
        {
            Min = Math.Max(a.Min, b.Min),
            Max = Math.Min(a.Max, b.Max),
            SignedMin = Math.Max(a.SignedMin, b.SignedMin),
            SignedMax = Math.Min(a.SignedMax, b.SignedMax),
        };
        return a.Bits.TryIntersect(b.Bits, out both.Bits) && both.Tighten();
    }

    /// <summary>Whether every number of the other is one of these.</summary>
    public readonly bool Covers(in Scalar other) =>
        Min <= other.Min && Max >= other.Max && SignedMin <= other.SignedMin && SignedMax >= other.SignedMax && Bits.Covers(other.Bits);

    public readonly bool Contains(ulong value) =>
        value >= Min && value <= Max && (long)value >= SignedMin && (long)value <= SignedMax && Bits.Covers(Tnum.Constant(value));

    /// <summary>The low bytes, zero-extended.</summary>
    public readonly Scalar Truncate(int bytes)
    {
        if (bytes == 8)
            return this;
        ulong limit = (1ul << bytes * 8) - 1;
        Scalar result = Unknown;
        result.Bits = Bits.Truncate(bytes);
        // Where nothing above the kept bits changes from the least to the greatest, they keep their order.
        if (Min >> bytes * 8 == Max >> bytes * 8)
            (result.Min, result.Max) = (Min & limit, Max & limit);
        else if (SignedMin >> bytes * 8 == SignedMax >> bytes * 8)
            (result.Min, result.Max) = ((ulong)SignedMin & limit, (ulong)SignedMax & limit);
        result.Tighten();
        return result;
    }

    /// <summary>The low bits with their sign extended.</summary>
    public readonly Scalar ExtendSign(int bits)
    {
        Scalar low = Truncate(bits / 8);
        ulong half = 1ul << bits - 1;
        if (low.Max < half)
            return low;
        if (low.Min >= half)
        {
            ulong upper = ulong.MaxValue << bits;
            return new()
            {
                Bits = new(low.Bits.Value | upper, low.Bits.Mask),
                Min = low.Min | upper,
                Max = low.Max | upper,
                SignedMin = (long)(low.Min | upper),
                SignedMax = (long)(low.Max | upper),
            };
        }

        return SignedBetween(-(long)half, (long)half - 1);
    }

    public override readonly string ToString() =>
        IsConstant ? $"{SignedMin}" : SignedMin >= 0 || Max != ulong.MaxValue && Min != 0 ? $"{Min} to {Max}"
            : SignedMin == long.MinValue && SignedMax == long.MaxValue ? "anything" : $"{SignedMin} to {SignedMax}";
}
