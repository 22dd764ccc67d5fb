using MicroLake.Nucleus.Time;
using Xunit;

namespace MicroLake.HostTests.Nucleus.Time;

public sealed unsafe class CmosClockTests
{
    private const byte Binary24 = 0x06;
    private const byte Bcd24 = 0x02;
    private const byte Bcd12 = 0x00;
    private const byte Binary12 = 0x04;

    private static readonly byte[] s_cmos = new byte[128];
    private static Func<byte, byte> s_read = i => s_cmos[i];

    [Theory]
    [InlineData(Binary24)]
    [InlineData(Bcd24)]
    [InlineData(Bcd12)]
    [InlineData(Binary12)]
    public void Every_encoding_gives_the_same_time(byte mode)
    {
        var random = new Random(mode);
        for (int i = 0; i < 5000; i++)
        {
            DateTime time = new DateTime(1970, 1, 1).AddSeconds(random.NextInt64(0, 6_311_433_600));
            Assert.True(CmosClock.TryDecode(Encode(time, mode), out long seconds));
            Assert.Equal((long)(time - DateTime.UnixEpoch).TotalSeconds, seconds);
        }
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00", 0)]
    [InlineData("2000-02-29T23:59:59", 951_868_799)]
    [InlineData("2024-02-29T12:00:00", 1_709_208_000)]
    [InlineData("2100-02-28T00:30:00", 4_107_457_800)]
    public void Known_times(string time, long expected)
    {
        foreach (byte mode in new[] { Binary24, Bcd24, Bcd12, Binary12 })
        {
            Assert.True(CmosClock.TryDecode(Encode(DateTime.Parse(time, null), mode), out long seconds));
            Assert.Equal(expected, seconds);
        }
    }

    [Theory]
    [InlineData(0x70, 1970)]
    [InlineData(0x99, 1999)]
    [InlineData(0x00, 2000)]
    [InlineData(0x69, 2069)]
    public void Without_a_century_the_year_decides(byte year, int expected)
    {
        foreach (byte century in new byte[] { 0, 0x18, 0x22, 0xFF, 0x1A })
        {
            CmosRegisters registers = Encode(new DateTime(2000, 1, 1), Bcd24);
            registers.Year = year;
            registers.Century = century;
            Assert.True(CmosClock.TryDecode(registers, out long seconds));
            Assert.Equal(expected, DateTime.UnixEpoch.AddSeconds(seconds).Year);
        }
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(0, 0xFF)]
    [InlineData(1, 60)]
    [InlineData(2, 24)]
    [InlineData(3, 0)]
    [InlineData(3, 32)]
    [InlineData(3, 30)]
    [InlineData(4, 0)]
    [InlineData(4, 13)]
    [InlineData(5, 100)]
    public void Impossible_values_are_refused(int field, byte value)
    {
        CmosRegisters registers = Encode(new DateTime(2023, 2, 3, 4, 5, 6), Binary24);
        Set(ref registers, field, value);
        Assert.False(CmosClock.TryDecode(registers, out long seconds));
        Assert.Equal(0, seconds);
    }

    [Theory]
    [InlineData(0, 0x5A)]
    [InlineData(1, 0xA0)]
    [InlineData(2, 0x1F)]
    [InlineData(3, 0x0A)]
    public void Digits_that_are_not_decimal_are_refused(int field, byte value)
    {
        CmosRegisters registers = Encode(new DateTime(2023, 2, 3, 4, 5, 6), Bcd24);
        Set(ref registers, field, value);
        Assert.False(CmosClock.TryDecode(registers, out _));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x80)]
    [InlineData(0x13)]
    [InlineData(0x93)]
    public void Impossible_12_hour_values_are_refused(byte hour)
    {
        CmosRegisters registers = Encode(new DateTime(2023, 2, 3, 4, 5, 6), Bcd12);
        registers.Hour = hour;
        Assert.False(CmosClock.TryDecode(registers, out _));
    }

    [Fact]
    public void A_reading_is_taken_only_when_two_agree_outside_an_update()
    {
        Fill(new DateTime(2030, 6, 7, 8, 59, 59), 0x32);
        int reads = 0;
        s_read = index =>
        {
            reads++;
            if (reads == 5)
                Fill(new DateTime(2030, 6, 7, 9, 0, 0), 0x32);
            return index == 0x0A && reads is 1 or 12 ? (byte)0xA6 : s_cmos[index];
        };
        Assert.True(CmosClock.TryRead(&ReadRegister, 0x32, out CmosRegisters registers));
        Assert.True(CmosClock.TryDecode(registers, out long seconds));
        Assert.Equal(new DateTime(2030, 6, 7, 9, 0, 0), DateTime.UnixEpoch.AddSeconds(seconds));
    }

    [Fact]
    public void Without_a_century_register_none_is_read()
    {
        Fill(new DateTime(2030, 6, 7, 8, 59, 59), 0x32);
        var seen = new HashSet<byte>();
        s_read = index =>
        {
            seen.Add(index);
            return s_cmos[index];
        };
        Assert.True(CmosClock.TryRead(&ReadRegister, 0, out CmosRegisters registers));
        Assert.Equal(0, registers.Century);
        Assert.DoesNotContain((byte)0x32, seen);
    }

    [Fact]
    public void A_clock_that_never_settles_is_given_up()
    {
        s_read = _ => 0xFF;
        Assert.False(CmosClock.TryRead(&ReadRegister, 0, out _));
        byte counter = 0;
        s_read = index => index == 0x0A ? (byte)0 : counter++;
        Assert.False(CmosClock.TryRead(&ReadRegister, 0, out _));
    }

    private static byte ReadRegister(byte index) => s_read(index);

    private static void Fill(DateTime time, byte centuryRegister)
    {
        CmosRegisters registers = Encode(time, Bcd24);
        s_cmos[0x00] = registers.Second;
        s_cmos[0x02] = registers.Minute;
        s_cmos[0x04] = registers.Hour;
        s_cmos[0x07] = registers.Day;
        s_cmos[0x08] = registers.Month;
        s_cmos[0x09] = registers.Year;
        s_cmos[0x0A] = 0x26;
        s_cmos[0x0B] = registers.StatusB;
        s_cmos[centuryRegister] = registers.Century;
    }

    private static CmosRegisters Encode(DateTime time, byte mode)
    {
        byte Digits(int value) => (mode & 4) != 0 ? (byte)value : (byte)(value / 10 << 4 | value % 10);
        bool twelve = (mode & 2) == 0;
        int hour = twelve ? (time.Hour + 11) % 12 + 1 : time.Hour;
        return new CmosRegisters
        {
            Second = Digits(time.Second),
            Minute = Digits(time.Minute),
            Hour = (byte)(Digits(hour) | (twelve && time.Hour >= 12 ? 0x80 : 0)),
            Day = Digits(time.Day),
            Month = Digits(time.Month),
            Year = Digits(time.Year % 100),
            Century = Digits(time.Year / 100),
            StatusB = mode,
        };
    }

    private static void Set(ref CmosRegisters registers, int field, byte value)
    {
        switch (field)
        {
            case 0: registers.Second = value; break;
            case 1: registers.Minute = value; break;
            case 2: registers.Hour = value; break;
            case 3: registers.Day = value; break;
            case 4: registers.Month = value; break;
            default: registers.Year = value; break;
        }
    }
}
