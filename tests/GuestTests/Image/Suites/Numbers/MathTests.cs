namespace MicroLake.GuestTests.Suites;

/// <summary>Expected values are correctly rounded; two units in the last place are allowed, as good C libraries do.</summary>
[Area("Math")]
public static class MathTests
{
    [GuestTest]
    public static void Trigonometry()
    {
        Check.Close(0.479425538604203, Math.Sin(0.5), 2);
        Check.Close(0.8414709848078965, Math.Sin(1.0), 2);
        Check.Close(0.9092974268256817, Math.Sin(2.0), 2);
        Check.Close(0.1411200080598672, Math.Sin(3.0), 2);
        Check.Close(-0.5440211108893698, Math.Sin(10.0), 2);
        Check.Close(-0.5063656411097588, Math.Sin(100.0), 2);
        Check.Close(0.03574879797201651, Math.Sin(100000.0), 2);
        Check.Close(-0.644217687237691, Math.Sin(-0.7), 2);
        Check.Close(0.8775825618903728, Math.Cos(0.5), 2);
        Check.Close(0.5403023058681398, Math.Cos(1.0), 2);
        Check.Close(-0.4161468365471424, Math.Cos(2.0), 2);
        Check.Close(-0.9899924966004454, Math.Cos(3.0), 2);
        Check.Close(-0.8390715290764524, Math.Cos(10.0), 2);
        Check.Close(0.8623188722876839, Math.Cos(100.0), 2);
        Check.Close(-0.9993608074382124, Math.Cos(100000.0), 2);
        Check.Close(0.5463024898437905, Math.Tan(0.5), 2);
        Check.Close(1.5574077246549023, Math.Tan(1.0), 2);
        Check.Close(-2.185039863261519, Math.Tan(2.0), 2);
        Check.Close(0.6483608274590866, Math.Tan(10.0), 2);
        Check.Close(0.5235987755982989, Math.Asin(0.5), 2);
        Check.Close(-1.1197695149986342, Math.Asin(-0.9), 2);
        Check.Close(1.0471975511965979, Math.Acos(0.5), 2);
        Check.Close(2.6905658417935308, Math.Acos(-0.9), 2);
        Check.Close(0.4636476090008061, Math.Atan(0.5), 2);
        Check.Close(1.4711276743037347, Math.Atan(10.0), 2);
        Check.Close(-0.4636476090008061, Math.Atan2(-1, 2), 2);
    }

    [GuestTest]
    public static void Exponentials_and_logarithms()
    {
        Check.Close(0.5210953054937474, Math.Sinh(0.5), 2);
        Check.Close(10.017874927409903, Math.Sinh(3.0), 2);
        Check.Close(1.1276259652063807, Math.Cosh(0.5), 2);
        Check.Close(10.067661995777765, Math.Cosh(3.0), 2);
        Check.Close(0.46211715726000974, Math.Tanh(0.5), 2);
        Check.Close(0.9950547536867305, Math.Tanh(3.0), 2);
        Check.Close(1.6487212707001282, Math.Exp(0.5), 2);
        Check.Close(2.718281828459045, Math.Exp(1.0), 2);
        Check.Close(0.36787944117144233, Math.Exp(-1.0), 2);
        Check.Close(22026.465794806718, Math.Exp(10.0), 2);
        Check.Close(2.6881171418161356e+43, Math.Exp(100.0), 2);
        Check.Close(5.148200222412013e-131, Math.Exp(-300.0), 2);
        Check.Close(-0.6931471805599453, Math.Log(0.5), 2);
        Check.Close(0.6931471805599453, Math.Log(2.0), 2);
        Check.Close(2.302585092994046, Math.Log(10.0), 2);
        Check.Close(690.7755278982137, Math.Log(1e+300), 2);
        Check.Close(1.584962500721156, Math.Log2(3.0), 2);
        Check.Close(33.219280948873624, Math.Log2(10000000000.0), 2);
        Check.Close(0.3010299956639812, Math.Log10(2.0), 2);
        Check.Close(5.0, Math.Log10(100000.0), 2);
        Check.Close(0.8450980400142568, Math.Log10(7.0), 2);
        Check.Close(0.48121182505960347, Math.Asinh(0.5), 2);
        Check.Close(2.99822295029797, Math.Asinh(10.0), 2);
        Check.Close(0.9624236501192069, Math.Acosh(1.5), 2);
        Check.Close(2.993222846126381, Math.Acosh(10.0), 2);
        Check.Close(0.5493061443340548, Math.Atanh(0.5), 2);
        Check.Close(-0.25541281188299536, Math.Atanh(-0.25), 2);
    }

    [GuestTest]
    public static void Powers()
    {
        Check.Close(1.4142135623730951, Math.Pow(2.0, 0.5), 2);
        Check.Close(2.5937424601000023, Math.Pow(1.1, 10.0), 2);
        Check.Close(0.00031622776601683794, Math.Pow(10.0, -3.5), 2);
        Check.Close(0.4305116202499342, Math.Pow(0.3, 0.7), 2);
        Check.Close(2.7181459268249255, Math.Pow(1.0001, 10000.0), 2);
        Check.Equal(1024.0, Math.Pow(2, 10));
        Check.Equal(double.PositiveInfinity, Math.Pow(0, -1));
        Check.That(double.IsNaN(Math.Pow(-1, 0.5)));
        Check.Equal(1.0, Math.Pow(double.NaN, 0));
        Check.Close(3.0, Math.Cbrt(27));
        Check.Equal(1.4142135623730951, Math.Sqrt(2));
    }

    [GuestTest]
    public static void Single_precision()
    {
        Check.Equal(0.84147096f, MathF.Sin(1));
        Check.Equal(2.7182817f, MathF.Exp(1));
        Check.Equal(1.4142135f, MathF.Sqrt(2));
        Check.That(MathF.Abs(MathF.Pow(1.5f, 2.5f) - 2.7556760f) <= 2.4e-7f);
        Check.That(MathF.Abs(MathF.Log(10) - 2.3025851f) <= 2.4e-7f);
    }

    [GuestTest]
    public static void Rounding()
    {
        Check.Equal(2.0, Math.Round(2.5));
        Check.Equal(3.0, Math.Round(2.5, MidpointRounding.AwayFromZero));
        Check.Equal(-3.0, Math.Floor(-2.1));
        Check.Equal(-2.0, Math.Ceiling(-2.9));
        Check.Equal(-2.0, Math.Truncate(-2.9));
        Check.Equal(2.35, Math.Round(2.345000001, 2));
        Check.Equal(0.5, Math.IEEERemainder(9.5, 3));
        Check.Equal(0.5, 9.5 % 3);
    }

    [GuestTest]
    public static void Special_values()
    {
        Check.That(double.IsNaN(Math.Sqrt(-1)) && double.IsNaN(Math.Log(-1)) && double.IsNaN(Math.Sin(double.PositiveInfinity)));
        Check.Equal(double.NegativeInfinity, Math.Log(0));
        Check.Equal(0.0, Math.Exp(-1000));
        Check.Equal(double.PositiveInfinity, Math.Exp(1000));
        Check.That(1.0 / Math.Sin(-0.0) < 0);
        Check.Equal(5e-324, double.Epsilon);
    }

    [GuestTest]
    public static void Fused_multiply_add_rounds_once()
    {
        double a = 1.0 + Math.Pow(2, -30);
        Check.Equal(Math.Pow(2, -60), Math.FusedMultiplyAdd(a, a, -(1.0 + Math.Pow(2, -29))));
    }

    [GuestTest]
    public static void Wide_products_and_bits()
    {
        Check.Equal(0xfffffffffffffffeUL, Math.BigMul(ulong.MaxValue, ulong.MaxValue, out ulong low));
        Check.Equal(1UL, low);
        Check.Equal(3, System.Numerics.BitOperations.PopCount(0b10101u));
        Check.Equal(63, System.Numerics.BitOperations.LeadingZeroCount(1UL));
        Check.Equal((3, 1), Math.DivRem(10, 3));
        Check.Equal(5, Math.Clamp(9, 1, 5));
    }
}
