namespace MicroLake.Nucleus.Acpi;

/// <summary>Fixed ACPI Description Table (ACPI 6.5, 5.2.9).</summary>
internal static unsafe class Fadt
{
    private const uint LengthOfRevision1 = 116;
    private const uint FlagResetRegister = 1 << 10;
    private const uint FlagHardwareReduced = 1 << 20;
    private const byte LastCmosIndex = 127;

    public static AcpiError Read(in AcpiTable table, AcpiInformation* information)
    {
        if (table.Length < LengthOfRevision1)
            return AcpiError.BadLength;
        uint flags = table.U32(112);
        AcpiAddress pm1aEvent = Block(table, 148, 56);
        AcpiAddress pm1bEvent = Block(table, 160, 60);
        AcpiAddress pm1aControl = Block(table, 172, 64);
        AcpiAddress pm1bControl = Block(table, 184, 68);
        AcpiAddress pmTimer = Block(table, 208, 76);
        AcpiAddress reset = (flags & FlagResetRegister) != 0 ? table.Address(116) : default;
        byte eventLength = table.U8(88);
        byte controlLength = table.U8(89);
        if (!pm1aEvent.IsReachable || !pm1bEvent.IsReachable || !pm1aControl.IsReachable || !pm1bControl.IsReachable
            || !pmTimer.IsReachable || table.U32(48) > ushort.MaxValue)
            return AcpiError.BadContent;

        // Without the fixed hardware (a "hardware-reduced" machine) these blocks do not exist.
        if ((flags & FlagHardwareReduced) == 0 && (!pm1aControl.Exists || !pm1aEvent.Exists || controlLength < 2 || eventLength < 4))
            return AcpiError.BadContent;

        ulong dsdt = table.U64(140);
        information->DsdtAddress = dsdt != 0 ? dsdt : table.U32(40);
        information->FeatureFlags = flags;
        information->BootArchitectureFlags = table.U16(109);
        information->SciInterrupt = table.U16(46);
        information->SmiCommandPort = table.U32(48);
        information->AcpiEnable = table.U8(52);
        information->AcpiDisable = table.U8(53);
        information->Pm1EventLength = eventLength;
        information->Pm1ControlLength = controlLength;
        information->Pm1aEvent = pm1aEvent;
        information->Pm1bEvent = pm1bEvent;
        information->Pm1aControl = pm1aControl;
        information->Pm1bControl = pm1bControl;
        information->PmTimer = pmTimer;

        // A reset register in a space that is not handled (PCI configuration) counts as none.
        if (reset.IsReachable)
        {
            information->ResetRegister = reset;
            information->ResetValue = table.U8(128);
        }
        byte century = table.U8(108);
        information->CenturyRegister = century <= LastCmosIndex ? century : (byte)0;
        information->Tables |= AcpiTables.Fadt;
        return AcpiError.None;
    }

    /// <summary>A register block: its extended form when the table has one, else the old 32-bit port.</summary>
    private static AcpiAddress Block(in AcpiTable table, uint extended, uint port)
    {
        AcpiAddress address = table.Address(extended);
        if (address.Exists)
            return address;
        address.Address = table.U32(port);
        address.Space = AcpiAddress.SystemIo;
        address.BitWidth = 0;
        return address;
    }
}
