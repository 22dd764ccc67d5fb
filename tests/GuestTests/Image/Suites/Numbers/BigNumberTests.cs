using System.Numerics;

namespace MicroLake.GuestTests.Suites;

[Area("BigInteger, decimal, Int128, Half, Complex")]
public static class BigNumberTests
{
    [GuestTest]
    public static void BigInteger_calculates()
    {
        BigInteger factorial = 1;
        for (int i = 2; i <= 30; i++)
            factorial *= i;
        Check.Equal("265252859812191058636308480000000", factorial.ToString());
        Check.Equal(factorial, BigInteger.Parse("265252859812191058636308480000000"));
        Check.Equal(BigInteger.One, BigInteger.ModPow(2, 100_002, 100_003));
        Check.Equal(new BigInteger(6), BigInteger.GreatestCommonDivisor(54, 24));
        Check.Equal((BigInteger.One << 200) + 1, ((BigInteger.One << 400) - 1) / ((BigInteger.One << 200) - 1));
    }

    [GuestTest]
    public static void BigInteger_of_many_digits()
    {
        BigInteger big = BigInteger.Pow(3, 2000);
        string text = big.ToString();
        Check.Equal(955, text.Length);
        Check.Equal(big, BigInteger.Parse(text));
        Check.Equal(BigInteger.Pow(3, 1000), big / BigInteger.Pow(3, 1000));
        Check.Throws<DivideByZeroException>(() => _ = big / BigInteger.Zero);
    }

    [GuestTest]
    public static void Decimal_is_exact()
    {
        Check.Equal(0.3m, 0.1m + 0.2m);
        Check.Equal("0.3333333333333333333333333333", (1m / 3m).ToString());
        Check.Equal("79228162514264337593543950335", decimal.MaxValue.ToString());
        Check.Equal("1.10", (1.05m + 0.05m).ToString());
        Check.Equal(2.4m, decimal.Round(2.35m, 1));
        Check.Throws<DivideByZeroException>(() => _ = 1m / decimal.Parse("0"));
    }

    [GuestTest]
    public static void Int128_Half_and_Complex()
    {
        Check.Equal("170141183460469231731687303715884105727", Int128.MaxValue.ToString());
        Check.Equal((UInt128)ulong.MaxValue * 2, (UInt128)ulong.MaxValue + ulong.MaxValue);
        Check.Equal((Half)0.5, (Half)0.25 + (Half)0.25);
        Check.Equal("65500", Half.MaxValue.ToString());
        Complex i = Complex.Sqrt(-1);
        Check.That(Math.Abs(i.Imaginary - 1) < 1e-15 && Math.Abs(i.Real) < 1e-15);
    }
}
