using MicroLake.ConsoleTests.Devices;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Storage.Swap;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Disks;

/// <summary>Swap disks that fail: who has memory there that cannot be had is ended and told why, and the rest goes on.</summary>
public sealed class FailingSwapTests : IDisposable
{
    private const int MemoryMiB = 96;
    private const int SectorsPerPage = SwapFormat.PageBytes / 512;

    private readonly TemporaryDisk _disk = new(256 << 20);
    private readonly string _share;

    public FailingSwapTests()
    {
        _share = Directory.CreateDirectory(Path.Combine(_disk.Folder, "share")).FullName;
        File.Copy(ImageProject.At("tests/Programs/Probe").Build(), Path.Combine(_share, "probe.elf"));
        using DiskFile file = DiskFile.Open(_disk.Path, write: true);
        SwapFormat.Create(file);
    }

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void A_page_that_cannot_be_read_ends_its_program_alone()
    {
        const int sickSlot = 1000;
        Machine machine = Product.Machine with
        {
            MemoryMiB = MemoryMiB,
            ExtraArguments =
            [
                "-drive", $"if=none,id=disk,driver=raw,file.driver=blkdebug,file.image.driver=file,file.image.filename={_disk.Path},"
                    + $"file.inject-error.0.event=none,file.inject-error.0.iotype=read,file.inject-error.0.sector={sickSlot * SectorsPerPage}",
                "-device", "virtio-blk-pci,drive=disk",
            ],
        };
        using GuestConsole console = GuestConsole.AtPrompt(machine, _share);
        Assert.Equal("", console.Run("swap on blk0"));
        string end = console.Run("run --memory 600 /host/probe.elf pressure 120 1 1");
        Assert.Contains($"cannot be had: blk0: read of sectors {sickSlot * SectorsPerPage} to ", end, StringComparison.Ordinal);
        Assert.EndsWith("error: run: probe.elf gave up\n", end, StringComparison.Ordinal);
        Assert.Equal("20 MiB whole\n", console.Run("run /host/probe.elf pressure 20 1 1"));
        Assert.Equal("", console.Run("swap off"));
    }

    [Fact]
    public void A_disk_that_is_taken_out_ends_the_programs_that_have_memory_there()
    {
        string monitorPath = Path.Combine(_disk.Folder, "qmp.sock");
        Machine machine = Product.Machine with
        {
            MemoryMiB = MemoryMiB,
            Processors = 2,
            ExtraArguments =
            [
                "-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off", "-device", "pcie-root-port,id=slot0,chassis=0",
                "-drive", $"if=none,id=disk,format=raw,file={_disk.Path}", "-device", "virtio-blk-pci,id=blk,drive=disk,bus=slot0", .. QemuMonitor.Arguments(monitorPath),
            ],
        };
        File.WriteAllText(
            Path.Combine(_share, "p.json"),
            """{ "name": "p", "program": "/host/probe.elf", "arguments": ["pressure", "120", "1000000", "1"], "memory_mib": 600, "restart": "never" }""");
        using GuestConsole console = GuestConsole.AtPrompt(machine, _share);
        Assert.Equal("", console.Run("swap on blk0"));
        Assert.StartsWith("p: generation 1", console.Run("service load /host/p.json"), StringComparison.Ordinal);
        WaitFor(console, "swap --json", text => !text.Contains("\"pages in\",\"value\":0}", StringComparison.Ordinal));
        using (var monitor = new QemuMonitor(monitorPath))
        {
            monitor.RemoveDevice("blk");
            monitor.WaitForEvent("DEVICE_DELETED", "blk");
        }

        WaitFor(console, "dmesg", text => text.Contains("p: gave up", StringComparison.Ordinal));
        Assert.Contains("cannot be had: ", console.Run("dmesg"), StringComparison.Ordinal);
        Assert.Equal("20 MiB whole\n", console.Run("run /host/probe.elf pressure 20 1 1"));
        Assert.Equal("", console.Run("swap off"));
    }

    /// <summary>What happens by itself: looks until it has.</summary>
    private static void WaitFor(GuestConsole console, string command, Func<string, bool> hasHappened)
    {
        const int mostLooks = 500;
        string text = "";
        for (int i = 0; i < mostLooks; i++)
            if (hasHappened(text = console.Run(command)))
                return;
        Assert.Fail(text);
    }
}
