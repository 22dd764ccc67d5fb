using System.Buffers.Binary;
using MicroLake.Drivers;
using MicroLake.Drivers.Balloon;
using MicroLake.Drivers.Block;
using MicroLake.Drivers.Console;
using MicroLake.Drivers.Entropy;
using MicroLake.Drivers.Gpu;
using MicroLake.Drivers.Network;
using MicroLake.Drivers.NineP;
using MicroLake.Drivers.Pci;
using MicroLake.Drivers.Virtio;
using MicroLake.HostTests.Drivers.Fakes;
using Xunit;

namespace MicroLake.HostTests.Drivers;

/// <summary>
/// Devices that lie, 1,000 histories for each driver: a request is done, or fails with the driver's error; a device that was given up stays so,
/// and its memory goes back only where it has taken the reset.
/// </summary>
public sealed class HostileDeviceTests
{
    private const int Histories = 1000;
    private const int Requests = 12;

    [Fact]
    public void A_disk_that_lies() => Run(VirtioType.Block, 2, ConfigureDisk, (function, random) =>
    {
        var disk = new VirtioBlock(function, "blk0");
        return (disk, () =>
        {
            long sector = random.NextInt64(Math.Max(disk.SectorCount, 1));
            int sectors = random.Next(8) == 0 ? 600 : random.Next(1, 8);
            byte[] data = new byte[sectors * disk.SectorBytes];
            switch (random.Next(4))
            {
                case 0:
                    disk.Write(sector, data);
                    break;
                case 1:
                    disk.Flush();
                    break;
                case 2:
                    disk.Discard(sector, sectors);
                    break;
                default:
                    disk.Read(sector, data);
                    break;
            }
        }
        );
    });

    [Fact]
    public void A_source_of_randomness_that_lies() => Run(VirtioType.Entropy, 1, _ => { }, (function, random) =>
    {
        var source = new VirtioEntropy(function, "rng0");
        return (source, () => source.Fill(new byte[random.Next(1, 9000)]));
    });

    [Fact]
    public void A_9P_transport_that_lies() => Run(VirtioType.NineP, 1, configuration => configuration[0] = 4, (function, random) =>
    {
        var transport = new VirtioNineP(function, "9p0");
        return (transport, () =>
        {
            byte[] response = new byte[random.Next(1, 20000)], room = new byte[random.Next(2000)];
            int count = transport.Exchange(new byte[random.Next(1, 20000)], new byte[random.Next(2000)], response, room);
            Assert.InRange(count, 0, response.Length + room.Length);
        }
        );
    });

    [Fact]
    public void A_network_card_that_lies() => Run(VirtioType.Network, 2, _ => { }, (function, random) =>
    {
        var card = new VirtioNetwork(function, "net0");
        return (card, () =>
        {
            card.OfferAll();
            for (int i = 0; i < 10 && card.TryReceive(frame => Assert.InRange(frame.Length, VirtioNetwork.ShortestFrame, VirtioNetwork.LongestFrame)); i++)
            {
            }

            card.Send(new byte[random.Next(VirtioNetwork.ShortestFrame, VirtioNetwork.LongestFrame + 1)]);
        }
        );
    });

    [Fact]
    public void A_console_that_lies() => Run(VirtioType.Console, 6, configuration => configuration[4] = 2, (function, random) =>
    {
        var console = new VirtioConsole(function, "console0");
        return (console, () =>
        {
            for (int i = 0; i < 20 && console.TryControl(); i++)
            {
            }

            ConsolePort port = console.Ports[random.Next(console.Ports.Count)];
            byte[] bytes = new byte[random.Next(1, 5000)];
            if (port.TryRead(bytes, out int count))
                Assert.InRange(count, 1, bytes.Length);
            port.Write(bytes);
        }
        );
    });

    [Fact]
    public void A_balloon_that_lies() => Run(VirtioType.Balloon, 3, configuration => configuration[1] = 7, (function, _) =>
    {
        var balloon = new VirtioBalloon(function, "balloon0");
        return (balloon, () =>
        {
            balloon.Adjust();
            if (balloon.FeatureNames.Contains("REPORTING", StringComparison.Ordinal))
                balloon.ReportUnused();
        }
        );
    });

    [Fact]
    public void A_graphics_processor_that_lies() => Run(VirtioType.Gpu, 1, ConfigureGpu, (function, random) =>
    {
        var gpu = new VirtioGpu(function, "gpu0");
        uint resource = gpu.NewId();
        CommandStream? stream = null;
        return (gpu, () =>
        {
            switch (random.Next(5))
            {
                case 0:
                    Assert.InRange(gpu.Display.GetDisplayInfo().Count(d => d is { Width: > 0, Height: > 0 }), 0, 16);
                    break;
                case 1:
                    gpu.Display.CreateResource(resource, GpuFormat.B8G8R8X8, 64, 64);
                    gpu.Display.SetScanout(0, resource, new GpuRectangle(0, 0, 64, 64));
                    break;
                case 2 when gpu.Render is { } render:
                    stream ??= gpu.CreateStream(4096);
                    stream.Clear();
                    stream.CopyFromHost(resource, 0, 64);
                    render.Submit(1, stream, isFenced: random.Next(4) == 0, patience: 5);
                    break;
                case 3 when gpu.Render is { } render:
                    render.CreateContext(1, "context");
                    render.TransferFromHost(1, resource, 0, 64);
                    break;
                default:
                    gpu.Display.Flush(resource, new GpuRectangle(0, 0, 64, 64));
                    break;
            }
        }
        );
    }, FakeGpu.ShapeAnswer);

    /// <summary>Writes the configuration of one display and two sets of capabilities.</summary>
    private static void ConfigureGpu(byte[] configuration)
    {
        configuration[8] = 1;
        configuration[12] = 2;
    }

    /// <summary>Writes the configuration of a disk of 4,096 sectors.</summary>
    private static void ConfigureDisk(byte[] configuration)
    {
        BinaryPrimitives.WriteInt64LittleEndian(configuration, 4096);
        BinaryPrimitives.WriteInt32LittleEndian(configuration.AsSpan(8), 1 << 20);
        BinaryPrimitives.WriteInt32LittleEndian(configuration.AsSpan(20), 512);
        BinaryPrimitives.WriteInt16LittleEndian(configuration.AsSpan(34), 2);
        BinaryPrimitives.WriteInt32LittleEndian(configuration.AsSpan(36), 100);
    }

    private static void Run(
        VirtioType type, int queues, Action<byte[]> configure, Func<PciFunction, Random, (IDriver Driver, Action Request)> start,
        Action<byte[], byte[]>? shape = null)
    {
        int failed = 0;
        int done = 0;
        for (int seed = 0; seed < Histories; seed++)
        {
            var random = new Random(~seed);
            var machine = new FakeMachine { Processors = 2, MemoryLimit = 40 };
            int looks = 0;
            // Some memory to spare, and at the third look none any more: fakes of large pieces take long.
            machine.FreeBytesNow = () => (68L << 20) - (looks++ % 4 * (2L << 20));
            ulong features = (ulong)random.NextInt64() & 0xff_ffff | (ulong)random.Next(16) << 28 & (7ul << 28) | (ulong)random.Next(2) << 34;
            var device = new HostileVirtio(type, features, queues, seed, configure) { Shape = shape };
            if (machine.TryAdd(device) is not { } function)
                continue;
            IDriver? driver = null;
            try
            {
                (driver, Action request) = start(function, random);
                for (int i = 0; i < Requests; i++)
                    done += Try(request) ? 1 : 0;
                if (driver.Device.Failure is not null)
                {
                    failed++;
                    Assert.False(Try(request), $"seed {seed}: a request after the device was given up");
                    Assert.NotEmpty(machine.Lines);
                }
            }
            catch (DeviceException)
            {
                failed++;
            }

            driver?.Dispose();
        }

        // Both ends of a history are there, or the device lies too much or too little to show anything.
        Assert.InRange(failed, Histories / 10, Histories);
        Assert.InRange(done, Histories / 10, Histories * Requests);
    }

    /// <summary>Anything but success and an error of input or output ends the test.</summary>
    private static bool Try(Action request)
    {
        try
        {
            request();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
