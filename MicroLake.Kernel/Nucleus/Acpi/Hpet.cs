namespace MicroLake.Nucleus.Acpi;

/// <summary>High precision event timer description (IA-PC HPET Specification 1.0a, 3.2.4).</summary>
internal static unsafe class Hpet
{
    private const uint MinimumLength = 56;

    public static AcpiError Read(in AcpiTable table, AcpiInformation* information)
    {
        if (table.Length < MinimumLength)
            return AcpiError.BadLength;
        AcpiAddress address = table.Address(40);
        if (address.Space != AcpiAddress.SystemMemory || !address.Exists)
            return AcpiError.BadContent;
        information->HpetBlockId = table.U32(36);
        information->HpetAddress = address.Address;
        information->HpetMinimumTick = table.U16(53);
        information->Tables |= AcpiTables.Hpet;
        return AcpiError.None;
    }
}
