using MicroLake.Nucleus.Acpi;
using MicroLake.Nucleus.Arch.X64;
using MicroLake.Nucleus.Boot;

namespace MicroLake.Nucleus.Power;

/// <summary>Soft off (ACPI 6.5, section 4.8.3) and reset.</summary>
internal static unsafe class PowerControl
{
    private const ushort SleepEnable = 1 << 13;
    private const ushort SciEnable = 1;

    /// <summary>Turns the machine off; where ACPI gives no way to, the processor halts.</summary>
    public static void PowerOff()
    {
        _ = Processor.DisableInterrupts();
        AcpiInformation* acpi = Firmware.Acpi;
        if (acpi->Has(AcpiTables.Fadt | AcpiTables.SoftOff))
        {
            EnterAcpiMode(acpi);
            Processor.Out16((ushort)acpi->Pm1aControl.Address, (ushort)((acpi->SoftOffTypeA << 10) | SleepEnable));
            if (acpi->Pm1bControl.Address != 0)
                Processor.Out16((ushort)acpi->Pm1bControl.Address, (ushort)((acpi->SoftOffTypeB << 10) | SleepEnable));
        }

        Processor.HaltForever();
    }

    /// <summary>Resets through the ACPI reset register where it is a port, the chipset's port 0xcf9 and the keyboard controller, in this order.</summary>
    public static void Reboot()
    {
        _ = Processor.DisableInterrupts();
        AcpiAddress reset = Firmware.Acpi->ResetRegister;
        if (reset.Exists && reset.Space == AcpiAddress.SystemIo)
            Processor.Out8((ushort)reset.Address, Firmware.Acpi->ResetValue);
        Processor.Out8(0xcf9, 0x02);
        Processor.Out8(0xcf9, 0x06);
        Processor.Out8(0x64, 0xfe);
        Processor.HaltForever();
    }

    private static void EnterAcpiMode(AcpiInformation* acpi)
    {
        var control = (ushort)acpi->Pm1aControl.Address;
        if (acpi->SmiCommandPort == 0 || acpi->AcpiEnable == 0 || (Processor.In16(control) & SciEnable) != 0)
            return;
        Processor.Out8((ushort)acpi->SmiCommandPort, acpi->AcpiEnable);
        for (int i = 0; i < 1_000_000 && (Processor.In16(control) & SciEnable) == 0; i++)
            Processor.Pause();
    }
}
