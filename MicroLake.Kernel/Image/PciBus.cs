using MicroLake.Hosting;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>Finds the PCI functions of all buses (PCI Local Bus specification 3.0, chapter 6).</summary>
internal static class PciBus
{
    private const int Buses = 256;
    private const int DevicesPerBus = 32;
    private const int Functions = 8;
    private const uint MultiFunction = 1 << 23;
    private const int BridgeHeader = 1;

    public static IReadOnlyList<PciDeviceInformation> Devices()
    {
        var found = new List<PciDeviceInformation>();
        var buses = new Queue<int>([0]);
        var seen = new HashSet<int> { 0 };
        while (buses.TryDequeue(out int bus))
            for (int device = 0; device < DevicesPerBus; device++)
                ScanDevice(bus, device, found, next =>
                {
                    if (next is > 0 and < Buses && seen.Add(next))
                        buses.Enqueue(next);
                });
        return found;
    }

    private static void ScanDevice(int bus, int device, List<PciDeviceInformation> found, Action<int> addBus)
    {
        for (int function = 0; function < Functions; function++)
        {
            uint identity = Inspection.ReadPci(bus, device, function, 0);
            if ((ushort)identity == 0xffff)
            {
                if (function == 0)
                    return;
                continue;
            }

            int classCode = (int)(Inspection.ReadPci(bus, device, function, 8) >> 8);
            uint header = Inspection.ReadPci(bus, device, function, 12);
            if (((header >> 16) & 0x7f) == BridgeHeader)
                addBus((int)(Inspection.ReadPci(bus, device, function, 24) >> 8) & 0xff);
            found.Add(new PciDeviceInformation(
                $"0000:{bus:x2}:{device:x2}.{function}", (ushort)identity, (ushort)(identity >> 16), classCode, Describe(classCode), ""));
            if (function == 0 && (header & MultiFunction) == 0)
                return;
        }
    }

    /// <summary>Class and subclass in words (PCI Code and ID Assignment specification).</summary>
    private static string Describe(int classCode) => (classCode >> 8) switch
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
