using MicroLake.Tool.Qemu;
using Xunit;

namespace MicroLake.HostTests.Tool;

public sealed class QemuArgumentsTests
{
    private static readonly Machine s_plain = new() { Boot = new BootSource.Kernel("/k.elf", "/boot.tar") };

    [Fact]
    public void A_kernel_is_loaded_with_its_archive_and_may_not_restart()
    {
        string line = Line(s_plain);
        Assert.Contains("-kernel /k.elf -initrd /boot.tar", line);
        Assert.Contains("-no-reboot", line);
        Assert.Contains("-accel tcg -smp 1 -m 512 -cpu max", line);
        Assert.Contains("-display none", line);
    }

    [Fact]
    public void Commas_in_paths_do_not_split_an_option() =>
        Assert.Contains("-fw_cfg name=opt/microlake/host.tar,file=/a,,b.tar",
            Line(s_plain with { Files = new Dictionary<string, string> { [GuestFile.HostArchive] = "/a,b.tar" } }));

    [Fact]
    public void Counted_instructions_leave_out_what_differs_from_run_to_run()
    {
        string line = Line(s_plain with { InstructionCount = true });
        Assert.Contains("-icount shift=0,sleep=off,align=off", line);
        Assert.Contains("-cpu max,-erms,-fsrm,-rdrand,-rdseed", line);
        Assert.Contains("-rtc base=2020-01-01,clock=vm", line);
        Assert.DoesNotContain("-cpu max ", line);
    }

    [Theory]
    [InlineData("disk.img", "format=raw")]
    [InlineData("disk.qcow2", "format=qcow2")]
    public void A_disk_is_a_virtio_device_of_the_format_its_name_tells(string file, string format)
    {
        string line = Line(s_plain with { Disks = [file] });
        Assert.Contains(format, line);
        Assert.Contains("-device virtio-blk-pci,drive=disk0", line);
    }

    [Fact]
    public void Disks_come_in_their_order()
    {
        string line = Line(s_plain with { Disks = ["a.img", "b,c.qcow2"] });
        Assert.Contains(
            "-drive if=none,id=disk0,format=raw,file=a.img -device virtio-blk-pci,drive=disk0 -drive if=none,id=disk1,format=qcow2,file=b,,c.qcow2 -device virtio-blk-pci,drive=disk1",
            line);
    }

    [Fact]
    public void A_shared_folder_is_a_virtio_device_that_the_guest_knows_by_its_tag() =>
        Assert.Contains("-fsdev local,id=host,path=/a,,b,security_model=none,multidevs=remap -device virtio-9p-pci,fsdev=host,mount_tag=host",
            Line(s_plain with { Share = "/a,b" }));

    [Fact]
    public void A_virgl_device_replaces_the_display()
    {
        string line = Line(s_plain with { Gpu = Gpu.Virgl });
        Assert.DoesNotContain("-display none", line);
        Assert.Contains("-display sdl,gl=on -device virtio-gpu-gl-pci", line);
    }

    [Fact]
    public void Extra_arguments_come_last() =>
        Assert.EndsWith(" -device edu", Line(s_plain with { ExtraArguments = ["-device", "edu"], Disks = ["d"] }));

    private static string Line(Machine machine) => string.Join(' ', QemuArguments.For(machine, ["-serial", "stdio"], "/scratch"));
}
