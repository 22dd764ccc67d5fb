namespace MicroLake.Nn;

/// <summary>A brain float: the upper 16 bits of a float32. A storage format; arithmetic is done in float32.</summary>
public readonly struct BFloat16 : IEquatable<BFloat16>
{
    /// <summary>Takes the 16 bits as they are.</summary>
    public BFloat16(ushort bits) => Bits = bits;

    /// <summary>Sign, 8 bits of exponent, 7 bits of fraction.</summary>
    public ushort Bits { get; }

    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <summary>Rounds to nearest, ties to even; a NaN stays a (quiet) NaN.</summary>
    public static explicit operator BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return new((ushort)((bits >> 16) | 0x40));
        return new((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    public bool Equals(BFloat16 other) => (float)this == (float)other;

    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    public override int GetHashCode() => ((float)this).GetHashCode();

    public static bool operator ==(BFloat16 left, BFloat16 right) => left.Equals(right);

    public static bool operator !=(BFloat16 left, BFloat16 right) => !left.Equals(right);
}
