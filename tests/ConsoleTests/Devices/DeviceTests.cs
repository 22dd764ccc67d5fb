using System.Text.Json;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Qemu;
using Xunit;

namespace MicroLake.ConsoleTests.Devices;

/// <summary>One machine with every device that has a driver, and with each way that a driver can talk to one.</summary>
public sealed class DeviceTests
{
    [Fact]
    public void All_devices_are_found_driven_and_used()
    {
        using var disk = new TemporaryDisk(8 << 20);
        Machine machine = Product.Machine with
        {
            Processors = 2,
            Disk = disk.Path,
            ExtraArguments =
            [
                // The line in place of messages; a packed ring; no random numbers from the processor, so that the devices' count.
                "-device", "virtio-rng-pci,vectors=0", "-device", "virtio-rng-pci,packed=on", "-cpu", "max,-rdrand,-rdseed",
                "-fsdev", $"local,id=host,path={disk.Folder},security_model=none", "-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
            ],
        };
        using GuestConsole console = GuestConsole.AtPrompt(machine);

        string functions = console.Run("lspci");
        Assert.Contains("virtio-blk", functions, StringComparison.Ordinal);
        Assert.Contains("virtio-9p", functions, StringComparison.Ordinal);

        Dictionary<string, JsonElement> devices = ByName(console.Run("devices --json"));
        Assert.Equal("16384 sectors of 512 bytes", devices["blk0"].GetProperty("state").GetString());
        Assert.Equal(2, devices["blk0"].GetProperty("queues").GetInt32());
        Assert.Equal("tag host", devices["9p0"].GetProperty("state").GetString());
        Assert.Contains("RING_PACKED", devices["rng1"].GetProperty("features").GetString(), StringComparison.Ordinal);
        Assert.All(["blk0", "9p0", "rng0", "rng1"], name => Assert.NotEmpty(devices[name].GetProperty("interrupts").GetString()!));

        // Each source has given a seed: one by its line, one by a message.
        string[] interrupts = console.Run("irq").Split('\n');
        Assert.Contains(interrupts, line => line.EndsWith("rng0", StringComparison.Ordinal) && line.Contains("IO-APIC", StringComparison.Ordinal) && CountOf(line) > 0);
        Assert.Contains(interrupts, line => line.EndsWith("rng1", StringComparison.Ordinal) && line.Contains("MSI-X", StringComparison.Ordinal) && CountOf(line) > 0);
    }

    private static Dictionary<string, JsonElement> ByName(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateArray().ToDictionary(e => e.GetProperty("name").GetString()!, e => e.Clone());
    }

    private static int CountOf(string line) => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], System.Globalization.CultureInfo.InvariantCulture);
}
