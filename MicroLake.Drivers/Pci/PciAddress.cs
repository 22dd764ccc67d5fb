namespace MicroLake.Drivers.Pci;

/// <summary>Where a PCI function is, in the first segment.</summary>
public readonly struct PciAddress(int bus, int device, int function)
{
    public int Bus { get; } = bus;

    public int Device { get; } = device;

    public int Function { get; } = function;

    public override string ToString() => $"0000:{Bus:x2}:{Device:x2}.{Function}";
}
