using MicroLake.Drivers;
using MicroLake.Drivers.Entropy;
using MicroLake.Drivers.Hardware;
using MicroLake.Hosting;

namespace MicroLake.Kernel;

/// <summary>Brings the devices up and gives them to those who use them.</summary>
internal static class DeviceStartup
{
    public static void Run()
    {
        DeviceRegistry devices = DeviceRegistry.Start(new KernelDeviceHost());
        foreach (VirtioEntropy source in devices.All<VirtioEntropy>())
            SeedFrom(source);
    }

    /// <summary>A source that fails is left to its state in <c>devices</c>: the processor's randomness stays in use.</summary>
    private static void SeedFrom(VirtioEntropy source)
    {
        Span<byte> seed = stackalloc byte[HardwareRandom.SeedBytes];
        try
        {
            source.Fill(seed);
            HardwareRandom.Seed(seed);
        }
        catch (DeviceException)
        {
        }

        seed.Clear();
    }
}
