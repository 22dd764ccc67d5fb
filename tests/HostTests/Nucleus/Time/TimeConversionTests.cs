using System.Numerics;
using MicroLake.Nucleus.Time;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Time;

public sealed class TimeConversionTests
{
    private const ulong Giga = TimeConversion.Nanoseconds;

    [Theory]
    [InlineData(0, Giga)]
    [InlineData(Giga, 0)]
    [InlineData((1UL << 48) + 1, Giga)]
    [InlineData(Giga, ulong.MaxValue)]
    public void Impossible_frequencies_are_refused(ulong from, ulong to) =>
        Assert.False(TimeConversion.TryCreate(from, to, out _));

    [Theory]
    [InlineData(Giga, Giga, 12345, 12345)]
    [InlineData(Giga, Giga, ulong.MaxValue, ulong.MaxValue)]
    [InlineData(2 * Giga, Giga, 2_000_000_000, 1_000_000_000)]
    [InlineData(100_000_000, Giga, 3, 30)]
    [InlineData(1, Giga, 5, 5_000_000_000)]
    [InlineData(1, 1UL << 48, 3, 3UL << 48)]
    [InlineData(1UL << 48, 1, 3UL << 48, 3)]
    public void Exact_ratios_convert_exactly(ulong from, ulong to, ulong count, ulong expected)
    {
        Assert.True(TimeConversion.TryCreate(from, to, out TimeConversion conversion));
        Assert.Equal(expected, conversion.Convert(count));
        Assert.Equal(expected, conversion.ConvertUp(count));
    }

    [Fact]
    public void Results_that_do_not_fit_end_at_the_largest_number()
    {
        Assert.True(TimeConversion.TryCreate(1, Giga, out TimeConversion conversion));
        Assert.Equal(ulong.MaxValue, conversion.Convert(ulong.MaxValue));
        Assert.Equal(ulong.MaxValue, conversion.ConvertUp(ulong.MaxValue));
        Assert.Equal(ulong.MaxValue, conversion.Convert(ulong.MaxValue / Giga + 1));
        Assert.True(TimeConversion.TryCreate(1, 1UL << 48, out conversion));
        Assert.Equal(ulong.MaxValue, conversion.Convert(1UL << 16));
        Assert.Equal(ulong.MaxValue, conversion.ConvertUp(ulong.MaxValue));
    }

    [Fact]
    public void Conversion_stays_within_one_of_the_exact_value_and_never_runs_backwards()
    {
        var random = new Random(7);
        BigInteger largest = BigInteger.One << 62;
        for (int round = 0; round < 3000; round++)
        {
            ulong from = Frequency(random);
            ulong to = random.Next(2) == 0 ? Giga : Frequency(random);
            Assert.True(TimeConversion.TryCreate(from, to, out TimeConversion conversion));
            for (int i = 0; i < 50; i++)
            {
                ulong count = (ulong)random.NextInt64() * 2 + (ulong)random.Next(2) >> random.Next(64);
                BigInteger product = (BigInteger)count * to;
                BigInteger floor = product / from;
                BigInteger ceiling = (product + from - 1) / from;
                ulong down = conversion.Convert(count);
                ulong up = conversion.ConvertUp(count);
                Assert.True(down <= floor && (up >= ceiling || up == ulong.MaxValue));
                if (ceiling < largest)
                {
                    Assert.InRange(floor - down, 0, 1);
                    Assert.InRange(up - ceiling, 0, 1);
                }
                if (count < ulong.MaxValue)
                {
                    Assert.True(conversion.Convert(count + 1) >= down);
                    Assert.True(conversion.ConvertUp(count + 1) >= up);
                }
            }
        }
    }

    [Fact]
    public void A_century_of_ticks_at_3_gigahertz_loses_at_most_a_nanosecond()
    {
        const ulong Frequency = 2_999_999_977;
        const ulong Century = 100UL * 365 * 86_400;
        Assert.True(TimeConversion.TryCreate(Frequency, Giga, out TimeConversion conversion));
        Assert.InRange(conversion.Convert(Century * Frequency), Century * Giga - 1, Century * Giga);
        Assert.True(TimeConversion.TryCreate(Giga, Frequency, out conversion));
        Assert.InRange(conversion.ConvertUp(Century * Giga), Century * Frequency, Century * Frequency + 2);
    }

    private static ulong Frequency(Random random) => ((ulong)random.NextInt64(1L << 48) >> random.Next(48)) + 1;
}
