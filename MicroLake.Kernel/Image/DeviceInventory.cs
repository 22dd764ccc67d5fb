using MicroLake.Drivers;
using MicroLake.Drivers.Gpu;
using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;
using MicroLake.Nn.Gpu.Sharing;
using MicroLake.Shell;

namespace MicroLake.Kernel;

/// <summary>The devices that drivers have, as commands show them.</summary>
internal static class DeviceInventory
{
    public static IReadOnlyList<PciDeviceInformation> PciFunctions()
    {
        var found = new List<PciDeviceInformation>();
        foreach (PciFunction f in DeviceRegistry.Current.Functions)
            found.Add(new(f.Address.ToString(), f.VendorId, f.DeviceId, f.ClassCode, PciClass.Describe(f.ClassCode), f.Driver ?? ""));
        return found;
    }

    public static void AddTo(List<DeviceInformation> devices)
    {
        foreach (IDriver driver in DeviceRegistry.Current.Drivers)
        {
            VirtioDevice device = driver.Device;
            devices.Add(new(
                device.Name, driver.Kind, device.Function.Address.ToString(), StateOf(driver), device.Function.Driver!, Features(driver),
                device.Queues.Count, string.Join(' ', device.Vectors)));
        }

        foreach ((string name, PciFunction function, string reason) in DeviceRegistry.Current.Failures)
            devices.Add(new(name, PciClass.Describe(function.ClassCode), function.Address.ToString(), reason));
    }

    /// <param name="service">Of the one that computes, or null.</param>
    public static IReadOnlyList<GpuInformation> Gpus(GpuService? service)
    {
        var gpus = new List<GpuInformation>();
        foreach (VirtioGpu gpu in DeviceRegistry.Current.All<VirtioGpu>())
        {
            long commands = 0;
            foreach (RequestQueue queue in gpu.Device.Queues)
                commands += queue.Completed;
            gpus.Add(new() { Name = gpu.Device.Name, State = StateOf(gpu), Commands = commands, Busy = service?.Gpu == gpu ? service.Busy : default });
        }

        return gpus;
    }

    /// <summary>The device that a vector belongs to, or null.</summary>
    public static string? NameOfVector(int vector)
    {
        foreach (IDriver driver in DeviceRegistry.Current.Drivers)
            foreach (int mine in driver.Device.Vectors)
                if (mine == vector)
                    return driver.Device.Name;
        return null;
    }

    private static string StateOf(IDriver driver)
    {
        try
        {
            return driver.Device.IsAlive() ? driver.State : driver.Device.Failure!;
        }
        catch (DeviceException error)
        {
            return error.Message;
        }
    }

    private static string Features(IDriver driver)
    {
        string text = driver.FeatureNames;
        void Add(VirtioFeatures feature, string name)
        {
            if (driver.Device.Has(feature))
                text = text.Length == 0 ? name : $"{text} {name}";
        }

        Add(VirtioFeatures.IndirectDescriptors, "INDIRECT_DESC");
        Add(VirtioFeatures.EventIndex, "EVENT_IDX");
        Add(VirtioFeatures.PackedRing, "RING_PACKED");
        return text;
    }
}
