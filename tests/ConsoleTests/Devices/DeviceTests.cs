using System.Text.Json;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Devices;

/// <summary>One machine with every device that has a driver, and with each way that a driver can talk to one.</summary>
public sealed class DeviceTests
{
    [Fact]
    public void All_devices_are_found_driven_and_used()
    {
        using var disk = new TemporaryDisk(8 << 20);
        using var cable = new NetworkCable(disk.Folder);
        string monitorPath = Path.Combine(disk.Folder, "qmp.sock");
        string log = Path.Combine(disk.Folder, "port.log");
        Machine machine = Product.Machine with
        {
            Processors = 2,
            Disks = [disk.Path],
            ExtraArguments =
            [
                // The line in place of messages; a packed ring; no random numbers from the processor, so that the devices' count.
                "-device", "virtio-rng-pci,vectors=0", "-device", "virtio-rng-pci,packed=on", "-cpu", "max,-rdrand,-rdseed",
                "-fsdev", $"local,id=host,path={disk.Folder},security_model=none", "-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
                "-chardev", $"file,id=log,path={log}", "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=log,nr=1,name=log",
                "-device", "virtio-balloon-pci,free-page-reporting=on", .. QemuMonitor.Arguments(monitorPath), .. cable.Arguments,
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
        WaitForState(console, "console0", "ports 1 log");
        Assert.All(["blk0", "9p0", "rng0", "rng1", "net0", "console0", "balloon0"], name => Assert.NotEmpty(devices[name].GetProperty("interrupts").GetString()!));

        // Who has 10.0.2.15? The answer comes from the card's address.
        byte[] answer = cable.Ask(Convert.FromHexString(
            "ffffffffffff" + "525500000001" + "0806" + "0001080006040001" + "525500000001" + "0a000202" + "000000000000" + "0a00020f"));
        Assert.Equal("525500000001" + "525400123456" + "0806" + "0001080006040002" + "525400123456" + "0A00020F", Convert.ToHexString(answer.AsSpan(0, 32)));
        WaitForState(console, "net0", "1 frames in, 1 out");

        Assert.Equal("", console.Run("cat /boot/README > /dev/console0.1"));
        Assert.Equal(File.ReadAllBytes(Repository.PathOf("iso/boot/README")), File.ReadAllBytes(log));

        using (var monitor = new QemuMonitor(monitorPath))
        {
            monitor.SetBalloon((512 - 64) << 20);
            // 64 MiB are 16,384 pages.
            WaitForState(console, "balloon0", "16384 of 16384 pages");
            monitor.SetBalloon(512 << 20);
            WaitForState(console, "balloon0", "0 of 0 pages");
            // What came back is not used: the host need not keep it.
            WaitForState(console, "balloon0", " MiB reported", not: ", 0 MiB");
        }

        // Each source has given a seed: one by its line, one by a message.
        string[] interrupts = console.Run("irq").Split('\n');
        Assert.Contains(interrupts, line => line.EndsWith("rng0", StringComparison.Ordinal) && line.Contains("IO-APIC", StringComparison.Ordinal) && CountOf(line) > 0);
        Assert.Contains(interrupts, line => line.EndsWith("rng1", StringComparison.Ordinal) && line.Contains("MSI-X", StringComparison.Ordinal) && CountOf(line) > 0);
    }

    [Fact]
    public void A_disk_and_a_card_are_taken_out_while_the_machine_runs()
    {
        using var disk = new TemporaryDisk(8 << 20);
        string monitorPath = Path.Combine(disk.Folder, "qmp.sock");
        Machine machine = Product.Machine with
        {
            ExtraArguments =
            [
                "-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off",
                "-device", "pcie-root-port,id=slot0,chassis=0", "-device", "pcie-root-port,id=slot1,chassis=1",
                "-drive", $"if=none,id=disk,format=raw,file={disk.Path}", "-device", "virtio-blk-pci,id=blk,drive=disk,bus=slot0",
                "-netdev", "user,id=net", "-device", "virtio-net-pci,id=net,netdev=net,bus=slot1", .. QemuMonitor.Arguments(monitorPath),
            ],
        };
        using GuestConsole console = GuestConsole.AtPrompt(machine);
        WaitForState(console, "blk0", "16384 sectors");
        using (var monitor = new QemuMonitor(monitorPath))
        {
            foreach (string device in new[] { "blk", "net" })
            {
                monitor.RemoveDevice(device);
                WaitForState(console, device + "0", "the device was taken out");
                monitor.WaitForEvent("DEVICE_DELETED", device);
            }
        }

        Assert.Contains("the device was taken out", console.Run("bench blk.read_4kib_random"), StringComparison.Ordinal);
        Assert.Contains("MicroLake", console.Run("version"), StringComparison.Ordinal);
    }

    /// <summary>What the host asks for happens in the guest by itself: looks until it is so.</summary>
    private static void WaitForState(GuestConsole console, string name, string expected, string not = "?")
    {
        const int mostLooks = 200;
        string state = "";
        for (int i = 0; i < mostLooks; i++)
        {
            state = ByName(console.Run("devices --json"))[name].GetProperty("state").GetString()!;
            if (state.Contains(expected, StringComparison.Ordinal) && !state.Contains(not, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"{name} is not \"{expected}\" but \"{state}\"");
    }

    private static Dictionary<string, JsonElement> ByName(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateArray().ToDictionary(e => e.GetProperty("name").GetString()!, e => e.Clone());
    }

    private static int CountOf(string line) => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], System.Globalization.CultureInfo.InvariantCulture);
}
