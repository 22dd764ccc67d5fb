using MicroLake.ConsoleTests.Devices;
using MicroLake.ConsoleTests.Harness;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.ConsoleTests.Disks;

/// <summary><c>/data</c>: formatted by hand, the same for the shell, for programs and on the host, and there after a new boot.</summary>
public sealed class DataTests : IDisposable
{
    private readonly TemporaryDisk _disk = new(8 << 20);

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void Files_on_a_disk_are_there_after_a_reboot_and_on_the_host()
    {
        string share = Directory.CreateDirectory(Path.Combine(_disk.Folder, "share")).FullName;
        File.Copy(ImageProject.At("tests/Programs/Probe").Build(), Path.Combine(share, "probe.elf"));
        using (GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Disks = [_disk.Path] }, share))
        {
            Assert.Contains("not formatted; use: disk format blk0", console.Run("disk"), StringComparison.Ordinal);
            Assert.StartsWith("error: ", console.Run("ls /data"), StringComparison.Ordinal);
            Assert.Equal("", console.Run("disk format blk0"));
            Assert.Equal("error: disk: blk0 is mounted at /data, remove the files on it instead\n", console.Run("disk format blk0"));
            Assert.Equal("", console.Run("mkdir /data/folder"));
            Assert.Equal("", console.Run("cp /host/probe.elf /data/folder/probe"));
            Assert.Equal("", console.Run("run /host/probe.elf write /data/text there"));
            console.Send("poweroff" + Keys.Enter);
            Assert.Equal(0, console.WaitForExit());
        }

        ToolRun check = ToolRun.Of("disk", "check", _disk.Path);
        Assert.Equal(0, check.Status);
        Assert.StartsWith("2 files, 2 folders, ", check.Output, StringComparison.Ordinal);
        string onHost = Path.Combine(_disk.Folder, "probe");
        Assert.Equal(0, ToolRun.Of("disk", "get", _disk.Path, "/data/folder/probe", onHost).Status);
        Assert.Equal(File.ReadAllBytes(Path.Combine(share, "probe.elf")), File.ReadAllBytes(onHost));
        File.WriteAllText(onHost, "from the host\n");
        Assert.Equal(0, ToolRun.Of("disk", "put", _disk.Path, onHost, "/data/folder/host").Status);

        using (GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Disks = [_disk.Path] }, share))
        {
            Assert.Contains("/data\n", console.Run("disk list"), StringComparison.Ordinal);
            Assert.Equal("there\n", console.Run("cat /data/text"));
            Assert.Equal("from the host\n", console.Run("run /host/probe.elf read /data/folder/host"));
            Assert.Equal("/data/folder/host /data/folder/probe\n", console.Run("run /data/folder/probe list /data/folder"));
            Assert.Contains("hits", console.Run("disk cache"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_disk_is_said_and_left_out_and_a_full_one_is_an_error()
    {
        Assert.Equal(0, ToolRun.Of("disk", "create", _disk.Path + "2", "--size", "1M").Status);
        byte[] image = File.ReadAllBytes(_disk.Path + "2");
        image[40] ^= 1;
        image[^4000] ^= 1;
        File.WriteAllBytes(_disk.Path, image);
        using GuestConsole console = GuestConsole.AtPrompt(Product.Machine with { Disks = [_disk.Path] });
        Assert.Contains("both superblocks are damaged", console.Run("disk"), StringComparison.Ordinal);
        Assert.Contains("error: disk: blk0 holds a file system already, use: disk format blk0 --force", console.Run("disk format blk0"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("disk format blk0 --force"));
        Assert.Contains("no room left", console.Run("cp -r /boot /data"), StringComparison.Ordinal);
        Assert.Equal("", console.Run("rm -r /data/boot; sync"));
        Assert.Equal("", console.Run("ls /data"));
    }
}
