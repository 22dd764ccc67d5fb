using MicroLake.Drivers;
using MicroLake.Drivers.Balloon;
using MicroLake.Drivers.Console;
using MicroLake.Drivers.Entropy;
using MicroLake.Drivers.Hardware;
using MicroLake.Drivers.Network;
using MicroLake.Drivers.NineP;
using MicroLake.Files.NineP;
using MicroLake.Hosting;
using MicroLake.Platform.Files;
using MicroLake.Shell.Programs;

namespace MicroLake.Kernel;

/// <summary>Brings the devices up and gives them to those who use them.</summary>
internal static class DeviceStartup
{
    private const string HostFolder = "/host";

    /// <summary>Tag of the transport behind which the shared folder is.</summary>
    private const string HostTag = "host";

    public static void Run()
    {
        DeviceRegistry devices = DeviceRegistry.Start(new KernelDeviceHost());
        foreach (VirtioEntropy source in devices.All<VirtioEntropy>())
            SeedFrom(source);
        if (devices.All<VirtioNineP>().Find(static transport => transport.Tag == HostTag) is { } host)
            MountHost(host);
        foreach (VirtioBalloon balloon in devices.All<VirtioBalloon>())
            balloon.Run();
        foreach (VirtioNetwork card in devices.All<VirtioNetwork>())
            NetworkPresence.AnswerOn(card);
        foreach (VirtioConsole console in devices.All<VirtioConsole>())
        {
            foreach (ConsolePort port in console.Ports)
                PlatformFiles.Devices.Add($"{console.Device.Name}.{port.Index}", new PortDevice(port));
            console.Run();
        }
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

    /// <summary>The folder itself takes the place of a copy. Where it cannot be used, the reason is in the log and on the console.</summary>
    private static void MountHost(VirtioNineP transport)
    {
        try
        {
            PlatformFiles.Root.Replace(HostFolder, new NinePFileSystem(transport, ServiceLog.Write));
        }
        catch (IOException error)
        {
            string message = $"error: {HostFolder} is not the shared folder: {error.Message}";
            ServiceLog.Write(message);
            Console.Error.WriteLine(message);
        }
    }
}
