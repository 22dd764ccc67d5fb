namespace MicroLake.Nucleus.Time;

/// <summary>
/// The date registers of an MC146818 compatible real-time clock, as read: still in the clock's own encoding.
/// </summary>
public struct CmosRegisters
{
    /// <summary>Register 0x00.</summary>
    public byte Second;

    /// <summary>Register 0x02.</summary>
    public byte Minute;

    /// <summary>Register 0x04. In 12-hour mode bit 7 means afternoon.</summary>
    public byte Hour;

    /// <summary>Register 0x07: day of the month.</summary>
    public byte Day;

    /// <summary>Register 0x08.</summary>
    public byte Month;

    /// <summary>Register 0x09: year of the century.</summary>
    public byte Year;

    /// <summary>The register that the FADT names; 0 when there is none.</summary>
    public byte Century;

    /// <summary>Register 0x0B: bit 1 is set for 24-hour mode, bit 2 for binary instead of BCD.</summary>
    public byte StatusB;

    internal readonly bool SameAs(in CmosRegisters other) =>
        Second == other.Second && Minute == other.Minute && Hour == other.Hour && Day == other.Day
        && Month == other.Month && Year == other.Year && Century == other.Century && StatusB == other.StatusB;
}
