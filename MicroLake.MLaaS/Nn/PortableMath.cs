namespace MicroLake.Nn;

/// <summary>Logarithm and power by additions and products alone. Those of the C library differ in the last digit from one machine to
/// the next; what is trained, and what features are computed with, must be the same everywhere.</summary>
public static class PortableMath
{
    private const double Ln2 = 0.693147180559945309;

    /// <summary>Logarithm to base 2 of a positive finite number, to some 1e-15.</summary>
    public static double Log2(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        if (bits < 1L << 52)
            return value > 0 ? Log2(value * (1L << 54)) - 54 : double.NegativeInfinity;
        long exponent = (bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & ((1L << 52) - 1)) | (1023L << 52));
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 (t + t^3/3 + t^5/5 + ...) with t = (m - 1) / (m + 1), here at most 0.172.
        double t = (mantissa - 1) / (mantissa + 1), square = t * t, sum = 0;
        for (int power = 21; power >= 1; power -= 2)
            sum = sum * square + 1.0 / power;
        return exponent + 2 * t * sum / Ln2;
    }

    /// <summary>2 to the power of <paramref name="value"/>; 0 and infinity where a double ends.</summary>
    public static double Exp2(double value)
    {
        if (double.IsNaN(value))
            return value;
        if (value < -1022)
            return 0;
        if (value > 1023)
            return double.PositiveInfinity;
        long whole = (long)Math.Round(value);
        double x = (value - whole) * Ln2, sum = 1;
        for (int n = 14; n >= 1; n--)
            sum = sum * x / n + 1;
        return sum * BitConverter.Int64BitsToDouble((whole + 1023) << 52);
    }

    /// <summary>e to the power of <paramref name="value"/>.</summary>
    public static double Exp(double value) => Exp2(value / Ln2);

    /// <summary>Natural logarithm of a positive number.</summary>
    public static double Log(double value) => Log2(value) * Ln2;
}
