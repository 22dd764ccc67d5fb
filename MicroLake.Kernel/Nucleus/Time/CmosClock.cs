namespace MicroLake.Nucleus.Time;

/// <summary>
/// The wall time of a PC's real-time clock (Motorola MC146818 data sheet). The clock is taken to run in UTC.
/// </summary>
public static unsafe class CmosClock
{
    private const byte RegisterSecond = 0x00;
    private const byte RegisterMinute = 0x02;
    private const byte RegisterHour = 0x04;
    private const byte RegisterDay = 0x07;
    private const byte RegisterMonth = 0x08;
    private const byte RegisterYear = 0x09;
    private const byte RegisterStatusA = 0x0A;
    private const byte RegisterStatusB = 0x0B;
    private const byte UpdateInProgress = 0x80;
    private const byte Mode24Hours = 0x02;
    private const byte ModeBinary = 0x04;
    private const byte Afternoon = 0x80;

    /// <summary>An update lasts about 2 ms and a register access about 1 microsecond, so this is far more than a working clock needs.</summary>
    private const int Attempts = 100_000;

    /// <summary>Reads the registers until two readings outside of an update agree.</summary>
    /// <param name="readRegister">Reads the CMOS register with the given index.</param>
    /// <param name="centuryRegister">Index of the century register from the FADT; 0 when there is none.</param>
    /// <param name="registers">The agreed reading.</param>
    /// <returns>False when the clock never settles, as when there is none.</returns>
    public static bool TryRead(delegate*<byte, byte> readRegister, byte centuryRegister, out CmosRegisters registers)
    {
        CmosRegisters previous = default;
        bool havePrevious = false;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if ((readRegister(RegisterStatusA) & UpdateInProgress) != 0)
            {
                havePrevious = false;
                continue;
            }
            registers.Second = readRegister(RegisterSecond);
            registers.Minute = readRegister(RegisterMinute);
            registers.Hour = readRegister(RegisterHour);
            registers.Day = readRegister(RegisterDay);
            registers.Month = readRegister(RegisterMonth);
            registers.Year = readRegister(RegisterYear);
            registers.Century = centuryRegister == 0 ? (byte)0 : readRegister(centuryRegister);
            registers.StatusB = readRegister(RegisterStatusB);
            if (havePrevious && registers.SameAs(previous))
                return true;
            previous = registers;
            havePrevious = true;
        }
        registers = default;
        return false;
    }

    /// <summary>Converts a reading to seconds since 1970-01-01 00:00:00 UTC.</summary>
    /// <remarks>A century outside 19 to 21, or none, is replaced by the one that puts the year between 1970 and 2069.</remarks>
    /// <returns>False when the registers hold no valid date and time.</returns>
    public static bool TryDecode(in CmosRegisters registers, out long unixSeconds)
    {
        unixSeconds = 0;
        bool binary = (registers.StatusB & ModeBinary) != 0;
        bool day24 = (registers.StatusB & Mode24Hours) != 0;
        bool afternoon = !day24 && (registers.Hour & Afternoon) != 0;
        byte hourDigits = day24 ? registers.Hour : (byte)(registers.Hour & ~Afternoon);
        if (!TryDigits(registers.Second, binary, 59, out uint second) || !TryDigits(registers.Minute, binary, 59, out uint minute)
            || !TryDigits(hourDigits, binary, day24 ? 23u : 12u, out uint hour) || !TryDigits(registers.Day, binary, 31, out uint day)
            || !TryDigits(registers.Month, binary, 12, out uint month) || !TryDigits(registers.Year, binary, 99, out uint year))
            return false;
        if (!day24)
        {
            if (hour == 0)
                return false;
            hour = hour % 12 + (afternoon ? 12u : 0);
        }
        if (TryDigits(registers.Century, binary, 21, out uint century) && century >= 19)
            year += century * 100;
        else
            year += year >= 70 ? 1900u : 2000u;
        if (month == 0 || day == 0 || day > DaysInMonth(year, month))
            return false;
        unixSeconds = DaysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
        return true;
    }

    private static bool TryDigits(byte value, bool binary, uint maximum, out uint number)
    {
        number = binary ? value : (uint)(value >> 4) * 10 + (value & 0x0Fu);
        return number <= maximum && (binary || ((value & 0x0F) <= 9 && value >> 4 <= 9));
    }

    private static uint DaysInMonth(uint year, uint month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29u : 28u,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>Days from civil (Hinnant, chrono-Compatible Low-Level Date Algorithms): years begin in March, so the leap day comes last.</summary>
    private static long DaysSince1970(uint year, uint month, uint day)
    {
        if (month <= 2)
            year--;
        uint era = year / 400;
        uint yearOfEra = year % 400;
        uint dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        uint dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 719_468;
    }
}
