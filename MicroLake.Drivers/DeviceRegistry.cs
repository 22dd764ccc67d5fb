using MicroLake.Drivers.Balloon;
using MicroLake.Drivers.Block;
using MicroLake.Drivers.Console;
using MicroLake.Drivers.Entropy;
using MicroLake.Drivers.Gpu;
using MicroLake.Drivers.Network;
using MicroLake.Drivers.NineP;
using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;

namespace MicroLake.Drivers;

/// <summary>The devices that were found, and who drives them. A device that its driver cannot start is left out, with its reason.</summary>
public sealed class DeviceRegistry
{
    private readonly List<IDriver> _drivers = [];
    private readonly List<(string Name, PciFunction Function, string Reason)> _failures = [];

    private DeviceRegistry(DeviceHost? host)
    {
        if (host is null)
            return;
        Functions = PciBus.Scan(host);
        var counts = new Dictionary<string, int>();
        foreach (PciFunction function in Functions)
        {
            if (VirtioDevice.TypeOf(function) is not { } type || ShortNameOf(type) is not { } prefix)
                continue;
            counts[prefix] = counts.GetValueOrDefault(prefix) + 1;
            Start(type, function, $"{prefix}{counts[prefix] - 1}");
        }

        foreach (PciFunction function in Functions)
            WatchSlot(function);
    }

    /// <summary>The devices of this machine; none before <see cref="Start(DeviceHost)"/>.</summary>
    public static DeviceRegistry Current { get; private set; } = new(null);

    public IReadOnlyList<PciFunction> Functions { get; } = [];

    public IReadOnlyList<IDriver> Drivers => _drivers;

    /// <summary>Devices that have a driver here, but could not be started.</summary>
    public IReadOnlyList<(string Name, PciFunction Function, string Reason)> Failures => _failures;

    /// <summary>Finds and starts all devices.</summary>
    public static DeviceRegistry Start(DeviceHost host) => Current = new DeviceRegistry(host);

    /// <summary>The drivers of one kind, in the order of their names: <see cref="VirtioBlock"/>, for example.</summary>
    public List<T> All<T>()
        where T : class
    {
        var found = new List<T>();
        foreach (IDriver driver in _drivers)
            if (driver is T wanted)
                found.Add(wanted);
        return found;
    }

    /// <summary>Names of devices are made of these; null: there is no driver.</summary>
    private static string? ShortNameOf(VirtioType type) => type switch
    {
        VirtioType.Network => "net",
        VirtioType.Block => "blk",
        VirtioType.Console => "console",
        VirtioType.Entropy => "rng",
        VirtioType.Balloon => "balloon",
        VirtioType.NineP => "9p",
        VirtioType.Gpu => "gpu",
        _ => null,
    };

    /// <summary>A device is let out of a slot when its driver has given it up.</summary>
    private void WatchSlot(PciFunction function)
    {
        try
        {
            if (HotPlugSlot.Open(function) is { } slot)
                new Thread(() => ReleaseOnDemand(slot)) { IsBackground = true, Name = "hot-plug" }.Start();
        }
        catch (DeviceException error)
        {
            function.Host.Log(error.Message);
        }
    }

    private void ReleaseOnDemand(HotPlugSlot slot)
    {
        while (true)
        {
            slot.WaitForButton();
            foreach (IDriver driver in _drivers)
                if (driver.Device.Function.Address.Bus == slot.Bus)
                    driver.Device.Fail($"{driver.Device.Name}: the device was taken out");
            slot.SwitchOff();
        }
    }

    private void Start(VirtioType type, PciFunction function, string name)
    {
        try
        {
            IDriver driver = type switch
            {
                VirtioType.Network => new VirtioNetwork(function, name),
                VirtioType.Block => new VirtioBlock(function, name),
                VirtioType.Console => new VirtioConsole(function, name),
                VirtioType.Entropy => new VirtioEntropy(function, name),
                VirtioType.Balloon => new VirtioBalloon(function, name),
                VirtioType.Gpu => new VirtioGpu(function, name),
                _ => new VirtioNineP(function, name),
            };
            function.Driver = "virtio-" + name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
            _drivers.Add(driver);
        }
        catch (DeviceException error)
        {
            function.Host.Log(error.Message);
            _failures.Add((name, function, error.Message));
        }
    }
}
