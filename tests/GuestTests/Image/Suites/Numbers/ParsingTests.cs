namespace MicroLake.GuestTests.Suites;

[Area("Number parsing and round trips")]
public static class ParsingTests
{
    [GuestTest]
    public static void Doubles_survive_text()
    {
        var random = new Random(7);
        for (int i = 0; i < 5000; i++)
        {
            double d = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(d))
                Check.Equal(BitConverter.DoubleToInt64Bits(d), BitConverter.DoubleToInt64Bits(double.Parse(d.ToString("R"))));
        }
    }

    [GuestTest]
    public static void Known_hard_doubles()
    {
        Check.Equal("1.7976931348623157E+308", double.MaxValue.ToString());
        Check.Equal("5E-324", double.Epsilon.ToString());
        Check.Equal("0.1", 0.1.ToString());
        Check.Equal("0.30000000000000004", (0.1 + 0.2).ToString());
        Check.Equal(2.2250738585072011e-308, double.Parse("2.2250738585072011e-308"));
        Check.Equal(9007199254740993.0, double.Parse("9007199254740993"));
        Check.Equal("123456.79", 123456.789f.ToString());
    }

    [GuestTest]
    public static void Floats_survive_text()
    {
        var random = new Random(8);
        for (int i = 0; i < 5000; i++)
        {
            float f = BitConverter.Int32BitsToSingle(random.Next());
            if (float.IsFinite(f))
                Check.Equal(f, float.Parse(f.ToString()));
        }
    }

    [GuestTest]
    public static void Longs_parse_to_their_limits()
    {
        Check.Equal(long.MinValue, long.Parse("-9223372036854775808"));
        Check.Equal(ulong.MaxValue, ulong.Parse("18446744073709551615"));
        Check.Throws<OverflowException>(() => long.Parse("9223372036854775808"));
        Check.Equal(255, int.Parse("fF", System.Globalization.NumberStyles.HexNumber));
        Check.Equal(-1234, int.Parse(" -1,234 ", System.Globalization.NumberStyles.Number));
        Check.That(!int.TryParse("", out _));
        Check.Equal(42, int.Parse("42"u8));
    }
}
