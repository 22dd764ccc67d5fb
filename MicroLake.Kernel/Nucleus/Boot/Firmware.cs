using MicroLake.Nucleus.Acpi;
using MicroLake.Nucleus.Diagnostics;
using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Boot;

/// <summary>What the firmware's ACPI tables say; without them the PC's traditional places are used.</summary>
internal static unsafe class Firmware
{
    private static AcpiInformation s_acpi;

    public static AcpiInformation* Acpi
    {
        get
        {
            fixed (AcpiInformation* acpi = &s_acpi)
                return acpi;
        }
    }

    public static void ReadTables(BootInformation* information)
    {
        ulong root = information->RsdpAddress;
        if (root == 0 && !AcpiReader.TryFindRootPointer(&Map, out root))
        {
            Log.Line("  acpi: no root pointer; using the PC's default devices"u8);
            return;
        }

        AcpiResult result = AcpiReader.Read(root, &Map, Acpi);
        Log.Text("  acpi: "u8);
        Log.Decimal((ulong)Acpi->ProcessorCount);
        Log.Text(" processors, "u8);
        Log.Decimal((ulong)Acpi->IoApicCount);
        Log.Text(" I/O APICs, "u8);
        Log.Decimal((ulong)Acpi->PciWindowCount);
        Log.Line(" PCI Express windows"u8);
        if (result.Error == AcpiError.None)
            return;
        Log.Text("  acpi: a table is left out, error "u8);
        Log.Decimal((ulong)result.Error);
        Log.Text("\n"u8);
    }

    private static byte* Map(ulong physical, ulong length) =>
        physical + length >= physical && physical + length <= DirectMap.BootLimit ? DirectMap.Pointer(physical) : null;
}
