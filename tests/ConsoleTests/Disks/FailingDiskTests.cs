using MicroLake.ConsoleTests.Devices;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Files;
using MicroLake.Storage;
using MicroLake.Tool.Qemu;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Disks;

/// <summary>A disk of which one place cannot be read, and that takes no writes (QEMU's blkdebug): who asks gets an error, and the rest goes on.</summary>
public sealed class FailingDiskTests : IDisposable
{
    private const int SectorBytes = 512;

    private readonly TemporaryDisk _disk = new(4 << 20);

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void What_a_disk_cannot_do_is_an_error_to_who_asks_and_the_system_lives_on()
    {
        byte[] sick = new byte[20_000];
        new Random(1).NextBytes(sick);
        using (DiskFile file = DiskFile.Open(_disk.Path, write: true))
        {
            DiskFormat.Create(file);
            FileContext files = DiskFiles.Mount(file, out DiskFileSystem fileSystem);
            DiskFiles.Put(files, new MemoryStream(sick), "/data/sick");
            DiskFiles.Put(files, new MemoryStream("healthy\n"u8.ToArray()), "/data/healthy");
            Assert.Equal(Errno.None, fileSystem.Synchronize());
        }

        int sector = File.ReadAllBytes(_disk.Path).AsSpan().IndexOf(sick.AsSpan(0, SectorBytes)) / SectorBytes;
        Machine machine = Product.Machine with
        {
            ExtraArguments =
            [
                "-drive", $"if=none,id=disk,driver=raw,file.driver=blkdebug,file.image.driver=file,file.image.filename={_disk.Path},"
                    + $"file.inject-error.0.event=none,file.inject-error.0.iotype=read,file.inject-error.0.sector={sector},"
                    + "file.inject-error.1.event=none,file.inject-error.1.iotype=write",
                "-device", "virtio-blk-pci,drive=disk",
            ],
        };
        using GuestConsole console = GuestConsole.AtPrompt(machine);
        Assert.Equal("error: cat: Input/output error : '/data/sick', see dmesg for what failed\n", console.Run("cat /data/sick"));
        Assert.Equal("", console.Run("echo new > /data/new"));
        Assert.Equal("error: sync: /data: Input/output error, see dmesg for what failed\n", console.Run("sync"));
        string log = console.Run("dmesg");
        Assert.Contains($"blk0: read of sectors {sector} to {sector + 7} failed: the device has an input or output error", log, StringComparison.Ordinal);
        Assert.Contains("blk0: write of sectors ", log, StringComparison.Ordinal);
        Assert.Equal("healthy\n", console.Run("cat /data/healthy"));
        Assert.Equal("done\n", console.Run("echo done > /tmp/file; cat /tmp/file"));
    }
}
