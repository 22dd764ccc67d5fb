namespace MicroLake.Drivers.Pci;

/// <summary>Class codes in words (PCI Code and ID Assignment specification).</summary>
public static class PciClass
{
    /// <param name="classCode">Class, subclass and programming interface: 0xCCSSPP.</param>
    public static string Describe(int classCode) => (classCode >> 8) switch
    {
        0x0100 => "SCSI storage controller",
        0x0101 => "IDE controller",
        0x0106 => "SATA controller",
        0x0108 => "NVMe controller",
        0x0180 => "storage controller",
        0x0200 => "Ethernet controller",
        0x0280 => "network controller",
        0x0300 => "VGA controller",
        0x0380 => "display controller",
        0x0403 => "audio device",
        0x0500 => "memory controller",
        0x0600 => "host bridge",
        0x0601 => "ISA bridge",
        0x0604 => "PCI bridge",
        0x0780 => "communication controller",
        0x0c03 => "USB controller",
        0x0c05 => "SMBus controller",
        0x00ff => "unclassified device",
        _ => $"class {classCode >> 16:x2}",
    };
}
