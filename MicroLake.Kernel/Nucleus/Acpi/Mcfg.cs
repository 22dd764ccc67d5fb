namespace MicroLake.Nucleus.Acpi;

/// <summary>PCI Express memory-mapped configuration windows (PCI Firmware Specification 3.3, 4.1.2).</summary>
internal static unsafe class Mcfg
{
    private const uint FirstEntry = 44;
    private const uint EntryLength = 16;
    private const ulong BytesOfBus = 1 << 20;

    public static AcpiError Read(in AcpiTable table, AcpiInformation* information)
    {
        if (table.Length < FirstEntry || (table.Length - FirstEntry) % EntryLength != 0)
            return AcpiError.BadLength;
        for (uint entry = FirstEntry; entry < table.Length; entry += EntryLength)
        {
            ulong address = table.U64(entry);
            byte first = table.U8(entry + 10);
            byte last = table.U8(entry + 11);
            ulong end = address + (last + 1u) * BytesOfBus;
            if (address == 0 || address % BytesOfBus != 0 || first > last || end < address)
                return AcpiError.BadContent;
        }
        int count = 0;
        for (uint entry = FirstEntry; entry < table.Length && count < AcpiInformation.MaximumPciWindows; entry += EntryLength, count++)
        {
            information->PciWindowAddresses[count] = table.U64(entry);
            information->PciWindowSegments[count] = table.U16(entry + 8);
            information->PciWindowFirstBuses[count] = table.U8(entry + 10);
            information->PciWindowLastBuses[count] = table.U8(entry + 11);
        }
        information->PciWindowCount = count;
        information->Tables |= AcpiTables.Mcfg;
        return AcpiError.None;
    }
}
