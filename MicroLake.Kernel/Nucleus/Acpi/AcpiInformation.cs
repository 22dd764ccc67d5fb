using MicroLake.Nucleus.Memory;

namespace MicroLake.Nucleus.Acpi;

/// <summary>
/// What the kernel takes from the ACPI tables, as plain data. A section holds values only when its bit in
/// <see cref="Tables"/> is set. Interrupt flags are those of the MPS INTI (ACPI 6.5, table 5.26): bits 0-1
/// polarity (0 bus default, 1 active high, 3 active low), bits 2-3 trigger (0 bus default, 1 edge, 3 level).
/// </summary>
public unsafe struct AcpiInformation
{
    /// <summary>Processors that are kept; further ones are counted in <see cref="ProcessorsLeftOut"/>.</summary>
    public const int MaximumProcessors = 64;

    /// <summary>I/O APICs that are kept.</summary>
    public const int MaximumIoApics = 8;

    /// <summary>Interrupt source overrides that are kept.</summary>
    public const int MaximumOverrides = 24;

    /// <summary>Entries of each kind of non-maskable interrupt that are kept.</summary>
    public const int MaximumNmis = 8;

    /// <summary>PCI Express configuration windows that are kept.</summary>
    public const int MaximumPciWindows = 8;

    /// <summary>The sections that are valid.</summary>
    public AcpiTables Tables;

    /// <summary>Revision of the root pointer: 0 for ACPI 1.0, 2 and above for the 64-bit form.</summary>
    public byte Revision;

    // MADT.

    /// <summary>Physical address of the local APIC registers.</summary>
    public ulong LocalApicAddress;

    /// <summary>1 when a pair of 8259 controllers exists and must be masked.</summary>
    public byte HasLegacyPic;

    /// <summary>Enabled processors.</summary>
    public int ProcessorCount;

    /// <summary>Enabled processors beyond <see cref="MaximumProcessors"/>.</summary>
    public int ProcessorsLeftOut;

    /// <summary>Local APIC (or x2APIC) identifier of each processor.</summary>
    public fixed uint ProcessorApicIds[MaximumProcessors];

    /// <summary>ACPI processor UID of each processor.</summary>
    public fixed uint ProcessorUids[MaximumProcessors];

    /// <summary>I/O APICs.</summary>
    public int IoApicCount;

    /// <summary>Physical address of each I/O APIC.</summary>
    public fixed ulong IoApicAddresses[MaximumIoApics];

    /// <summary>First global system interrupt of each I/O APIC.</summary>
    public fixed uint IoApicInterruptBases[MaximumIoApics];

    /// <summary>Identifier of each I/O APIC.</summary>
    public fixed byte IoApicIds[MaximumIoApics];

    /// <summary>ISA interrupts that are wired otherwise than one to one.</summary>
    public int OverrideCount;

    /// <summary>ISA interrupt of each override.</summary>
    public fixed byte OverrideSources[MaximumOverrides];

    /// <summary>Global system interrupt of each override.</summary>
    public fixed uint OverrideInterrupts[MaximumOverrides];

    /// <summary>Interrupt flags of each override.</summary>
    public fixed ushort OverrideFlags[MaximumOverrides];

    /// <summary>Global system interrupts that are non-maskable.</summary>
    public int NmiSourceCount;

    /// <summary>Global system interrupt of each.</summary>
    public fixed uint NmiSourceInterrupts[MaximumNmis];

    /// <summary>Interrupt flags of each.</summary>
    public fixed ushort NmiSourceFlags[MaximumNmis];

    /// <summary>Local APIC inputs that are wired to a non-maskable interrupt.</summary>
    public int LocalNmiCount;

    /// <summary>ACPI processor UID of each; <see cref="AllProcessors"/> for all.</summary>
    public fixed uint LocalNmiUids[MaximumNmis];

    /// <summary>Interrupt flags of each.</summary>
    public fixed ushort LocalNmiFlags[MaximumNmis];

    /// <summary>LINT input, 0 or 1, of each.</summary>
    public fixed byte LocalNmiInputs[MaximumNmis];

    /// <summary>The UID that stands for all processors.</summary>
    public const uint AllProcessors = uint.MaxValue;

    // FADT.

    /// <summary>Fixed feature flags (ACPI 6.5, table 5.10).</summary>
    public uint FeatureFlags;

    /// <summary>IA-PC boot architecture flags (table 5.11).</summary>
    public ushort BootArchitectureFlags;

    /// <summary>Interrupt of ACPI events.</summary>
    public ushort SciInterrupt;

    /// <summary>Port to which <see cref="AcpiEnable"/> is written to take control from the firmware; 0 when not needed.</summary>
    public uint SmiCommandPort;

    /// <summary>Value that turns ACPI mode on; 0 when not needed.</summary>
    public byte AcpiEnable;

    /// <summary>Value that turns ACPI mode off.</summary>
    public byte AcpiDisable;

    /// <summary>Bytes of a PM1 event block: status in the first half, enable in the second.</summary>
    public byte Pm1EventLength;

    /// <summary>Bytes of a PM1 control block.</summary>
    public byte Pm1ControlLength;

    /// <summary>Event block of the first group.</summary>
    public AcpiAddress Pm1aEvent;

    /// <summary>Event block of the second group, if any.</summary>
    public AcpiAddress Pm1bEvent;

    /// <summary>Control block of the first group: SLP_TYP and SLP_EN are here.</summary>
    public AcpiAddress Pm1aControl;

    /// <summary>Control block of the second group, if any.</summary>
    public AcpiAddress Pm1bControl;

    /// <summary>The 3.579545 MHz timer, if any.</summary>
    public AcpiAddress PmTimer;

    /// <summary>Register that resets the machine, if any.</summary>
    public AcpiAddress ResetRegister;

    /// <summary>Value to write to <see cref="ResetRegister"/>.</summary>
    public byte ResetValue;

    /// <summary>Index of the century in the CMOS clock, 0 when there is none.</summary>
    public byte CenturyRegister;

    /// <summary>Physical address of the DSDT.</summary>
    public ulong DsdtAddress;

    // \_S5.

    /// <summary>SLP_TYP for <see cref="Pm1aControl"/> that powers off.</summary>
    public byte SoftOffTypeA;

    /// <summary>SLP_TYP for <see cref="Pm1bControl"/> that powers off.</summary>
    public byte SoftOffTypeB;

    // MCFG.

    /// <summary>PCI Express configuration windows.</summary>
    public int PciWindowCount;

    /// <summary>Physical address of each window, of bus 0 even when the window starts at a later bus.</summary>
    public fixed ulong PciWindowAddresses[MaximumPciWindows];

    /// <summary>PCI segment of each window.</summary>
    public fixed ushort PciWindowSegments[MaximumPciWindows];

    /// <summary>First bus of each window.</summary>
    public fixed byte PciWindowFirstBuses[MaximumPciWindows];

    /// <summary>Last bus of each window.</summary>
    public fixed byte PciWindowLastBuses[MaximumPciWindows];

    // HPET.

    /// <summary>Physical address of the timer's registers.</summary>
    public ulong HpetAddress;

    /// <summary>Smallest period, in ticks, that loses no interrupt.</summary>
    public ushort HpetMinimumTick;

    /// <summary>Hardware revision, timers and vendor (event timer block ID).</summary>
    public uint HpetBlockId;

    /// <summary>Whether all of these sections are valid.</summary>
    public readonly bool Has(AcpiTables tables) => (Tables & tables) == tables;

    /// <summary>Where an ISA interrupt is wired: the override, or one to one with the bus's defaults.</summary>
    /// <param name="source">ISA interrupt, 0 to 15.</param>
    /// <param name="flags">Interrupt flags, 0 for active high and edge.</param>
    /// <returns>The global system interrupt.</returns>
    public readonly uint InterruptOf(byte source, out ushort flags)
    {
        for (int i = 0; i < OverrideCount; i++)
        {
            if (OverrideSources[i] != source)
                continue;
            flags = OverrideFlags[i];
            return OverrideInterrupts[i];
        }
        flags = 0;
        return source;
    }

    internal static void Clear(AcpiInformation* information) =>
        RawMemory.Clear(information, (ulong)sizeof(AcpiInformation));
}
