namespace MicroLake.Drivers.Pci;

/// <summary>Finds the PCI functions of all buses (PCI Local Bus specification 3.0, chapter 6).</summary>
public static class PciBus
{
    private const int Buses = 256;
    private const int DevicesPerBus = 32;
    private const int Functions = 8;

    public static List<PciFunction> Scan(DeviceHost host)
    {
        var found = new List<PciFunction>();
        var buses = new Queue<int>([0]);
        var seen = new bool[Buses];
        while (buses.TryDequeue(out int bus))
        {
            for (int device = 0; device < DevicesPerBus; device++)
                ScanDevice(host, bus, device, found);
            foreach (PciFunction function in found)
            {
                // Bus 0 is no bridge's other side: a bridge that says so has not been set up.
                int behind = function.SecondaryBus;
                if (behind == 0 || seen[behind])
                    continue;
                seen[behind] = true;
                buses.Enqueue(behind);
            }
        }

        return found;
    }

    private static void ScanDevice(DeviceHost host, int bus, int device, List<PciFunction> found)
    {
        for (int number = 0; number < Functions; number++)
        {
            PciFunction? function = PciFunction.Find(host, new PciAddress(bus, device, number));
            if (function is not null)
                found.Add(function);
            if (number == 0 && function is not { HasMoreFunctions: true })
                return;
        }
    }
}
