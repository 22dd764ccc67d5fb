namespace MicroLake.Nucleus.Acpi;

/// <summary>Signatures of the tables that are read: four ASCII bytes, the first in the lowest bits.</summary>
public static class AcpiSignature
{
    /// <summary>"RSD ": the root system description pointer, whose full signature is "RSD PTR ".</summary>
    public const uint Rsdp = 0x20445352;

    /// <summary>"RSDT".</summary>
    public const uint Rsdt = 0x54445352;

    /// <summary>"XSDT".</summary>
    public const uint Xsdt = 0x54445358;

    /// <summary>"APIC": the multiple APIC description table.</summary>
    public const uint Madt = 0x43495041;

    /// <summary>"FACP": the fixed ACPI description table.</summary>
    public const uint Fadt = 0x50434146;

    /// <summary>"DSDT".</summary>
    public const uint Dsdt = 0x54445344;

    /// <summary>"SSDT".</summary>
    public const uint Ssdt = 0x54445353;

    /// <summary>"MCFG": PCI Express memory-mapped configuration space.</summary>
    public const uint Mcfg = 0x4746434D;

    /// <summary>"HPET".</summary>
    public const uint Hpet = 0x54455048;
}
